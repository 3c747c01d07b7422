"""The fixed words: codes that are stored and sent, and never change, with the Chinese that screens show.

Each mapping is in the order in which a screen offers its words. English is in ``translations/en/catalog.po``.
"""

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, str]

TIERS: Final[Words] = {
    "bureau": "市局",
    "department": "警种部门",
    "branch": "分（县、市）局",
    "station": "派出所",
}
CHANNELS: Final[Words] = {
    "counter": "窗口",
    "kiosk": "自助机",
    "phone": "电话",
    "app": "APP",
    "web": "网站",
    "wechat": "微信公众号",
    "alipay": "支付宝",
    "courier": "快递",
    "110": "110",
}
ROUTES: Final[Words] = {"zero": "跑零次", "near": "就近跑", "once": "只跑一次"}
FAMILIES: Final[Words] = {
    "requirement": "刚性要求",
    "project": "攻坚项目",
    "matter": "公布事项",
    "measure": "创新举措",
}
METHODS: Final[Words] = {"see": "看", "handle": "办", "ask": "问"}
KINDS: Final[Words] = {
    "blockage": "堵点",
    "difficulty": "难点",
    "good_practice": "亮点",
    "suggestion": "建议",
}
STAGES: Final[Words] = {
    "query": "查询",
    "appointment": "预约",
    "take_number": "取号",
    "wait": "等候",
    "consult": "咨询",
    "fill_in": "填表",
    "submit": "收件",
    "accept": "受理",
    "review": "审核",
    "approve": "审批",
    "pay": "缴费",
    "issue": "出证",
    "deliver": "送达",
    "follow_up": "回访",
}
SEVERITIES: Final[Words] = {"normal": "一般", "serious": "较重", "severe": "严重"}
LEVELS: Final[Words] = {
    "counter": "窗口",
    "unit": "本单位",
    "bureau": "市局",
    "province": "省厅",
    "cross": "跨部门",
}
TICKS: Final[Words] = {
    "enquiry_desk": "咨询台有人",
    "no_vacant_counter": "窗口无空岗",
    "guide_visible": "服务指南在显眼处",
    "guide_clear": "指南图文并茂看得懂",
    "guide_same_online": "指南与网上一致",
    "one_time_notice": "一次性告知单",
    "queue_machine": "叫号机正常",
    "kiosk_works": "自助机正常",
    "payment": "能电子支付，也收现金",
    "complaint_channel": "意见簿和监督电话",
}
TICK_ANSWERS: Final[Words] = {"yes": "是", "no": "否", "unseen": "没看到"}
CAPACITIES: Final[Words] = {
    "handle": "亲身办",
    "accompany": "陪同办",
    "sit": "坐窗口",
    "research": "调研",
}
STAMPS: Final[Words] = {
    "took_number_at": "取号",
    "called_at": "叫号",
    "accepted_at": "受理",
    "done_at": "办结",
}
OUTCOMES: Final[Words] = {"done": "办成了", "waiting": "收下了，等结果", "not_done": "没办成"}
DIAL_RESULTS: Final[Words] = {
    "answered": "接通",
    "unanswered": "无人接",
    "busy": "占线",
    "out_of_service": "停机",
    "no_such_number": "空号",
}
FOLLOW_UP_RESULTS: Final[Words] = {
    "better": "已改好",
    "partly": "改了一些",
    "same": "没有变化",
    "unknown": "没问到",
}
ASKED_HOW: Final[Words] = {"phone": "打电话", "face": "当面问", "online": "网上问"}
FOLLOW_UP_DAYS: Final[Words] = {"3": "3 天后", "7": "一周后", "14": "两周后", "30": "一个月后"}
CONFIRMATIONS: Final[Words] = {"confirm": "属实", "change": "改成这样", "refuse": "不是我的意思"}
RATINGS: Final[Words] = {"5": "非常满意", "4": "满意", "3": "一般", "2": "不满意", "1": "非常不满意"}

FAMILY_TARGETS: Final[Mapping[str, int]] = {"requirement": 10, "project": 10, "matter": 68}
FAMILY_NICKNAMES: Final[Words] = {"requirement": "十个一", "project": "十大项目", "matter": "68 项"}
