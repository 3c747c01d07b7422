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
IN_HALL: Final = frozenset({"counter", "kiosk"})
"""Channels at which somebody stands in a hall; who calls or goes online is in none."""
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
FINDING_STATES: Final[Words] = {
    "found": "已发现",
    "reported": "已上报",
    "judged": "待交办",
    "assigned": "待签收",
    "signed": "已签收",
    "fixing": "整改中",
    "fed_back": "待核验",
    "explained": "已解释，待核验",
    "verified": "待回访",
    "followed_up": "待销号",
    "closed": "已销号",
    "returned": "退件，待定",
    "shelved": "挂账",
    "settled": "当场解决",
    "merged": "已合并",
}
FINDING_SOURCES: Final[Words] = {"see": "现场看", "handle": "具体办", "ask": "跟踪问", "dial": "拨测"}
LIMIT_COLOURS: Final[Words] = {"blue": "蓝", "yellow": "黄", "red": "红"}
FINDING_PROGRESS: Final[Words] = {
    "judged": "已立为问题，等着交办",
    "assigned": "已交给责任单位，等它签收",
    "signed": "责任单位签收了，正在定措施",
    "fixing": "正在改",
    "fed_back": "责任单位说改好了，等改革办核验",
    "explained": "责任单位说改不了并说明了理由，等改革办核验",
    "verified": "改革办核过了，请您回头看一看",
    "followed_up": "回访说好了，等着销号",
    "closed": "改好了，已销号",
    "returned": "责任单位退了件，改革办在定由谁来改",
    "shelved": "现在改不了，先挂账",
    "settled": "当场就解决了",
}
FINDING_ACTIONS: Final[Words] = {
    "find": "发现",
    "report": "上报",
    "judge": "研判",
    "settle": "当场解决",
    "assign": "交办",
    "sign": "签收",
    "plan": "我来办",
    "progress": "记进展",
    "feed_back": "已改好",
    "explain": "解释说明",
    "return": "退件",
    "insist": "不同意退件",
    "ask_extension": "申请延期",
    "grant": "同意延期",
    "refuse": "不同意延期",
    "verify": "核过了",
    "rework": "发回重办",
    "follow_up": "回头看",
    "close": "销号",
    "shelve": "挂账",
    "take_up": "重新办",
    "attach": "并入",
    "merge": "合并重复",
}
INDICATORS: Final[Words] = {"phone": "电话接通", "told_once": "一次讲清", "guide": "指南看得懂"}
GUIDE_ASPECTS: Final[Words] = {"visible": "在显眼处", "clear": "图文并茂", "online": "已上网"}
YES_NO: Final[Words] = {"yes": "是", "no": "否"}
QUALIFIERS: Final[Words] = {"total": "共计", "over": "超过", "beyond": "突破", "least": "以上"}
DAY_KINDS: Final[Words] = {"off": "放假", "work": "上班"}

FAMILY_TARGETS: Final[Mapping[str, int]] = {"requirement": 10, "project": 10, "matter": 68}
FAMILY_NICKNAMES: Final[Words] = {"requirement": "十个一", "project": "十大项目", "matter": "68 项"}
