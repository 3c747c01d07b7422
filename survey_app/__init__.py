"""办事体验 · Walk-in Survey: what leaders see, handle and ask in service halls, put right and reported."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from survey_app import (
    cli,
    current,
    demo,
    downloads,
    errors,
    feedback,
    home,
    i18n,
    navigation,
    preferences,
    reopening,
    security,
    shell,
)
from survey_app.accounts import views as accounts
from survey_app.campaigns import views as campaigns
from survey_app.catalog import views as catalog
from survey_app.config import Config
from survey_app.digests import issuing as digests
from survey_app.digests import job_views as printing
from survey_app.insights import views as insights
from survey_app.rectification import dispatch_views as dispatch
from survey_app.rectification import finding_views as findings
from survey_app.rectification import guide_views as guides
from survey_app.rectification import ledger_views as ledger
from survey_app.rectification import recording
from survey_app.rectification import requirement_views as requirements
from survey_app.rectification import task_views as tasks
from survey_app.rectification import views as rectification
from survey_app.reminders import views as reminders
from survey_app.reminders import weekly_views as weekly
from survey_app.store import SQLiteStore
from survey_app.sync import kinds
from survey_app.sync import views as sync
from survey_app.trail import views as trail
from survey_app.visits import agenda_views, field, record_views, said_views
from survey_app.visits import fact_kinds as facts
from survey_app.visits import kind as observations
from survey_app.visits import views as visits
from survey_app.visits.facts import FOLLOW_UP
from survey_app.voices import views as voices

BIGGEST_REQUEST = 40 * 1024 * 1024  # bytes: a form with nine photos
BLUEPRINTS = (
    home.bp,
    feedback.bp,
    accounts.bp,
    catalog.bp,
    visits.bp,
    record_views.bp,
    field.bp,
    said_views.bp,
    agenda_views.bp,
    campaigns.bp,
    rectification.bp,
    voices.bp,
    dispatch.bp,
    findings.bp,
    tasks.bp,
    ledger.bp,
    guides.bp,
    requirements.bp,
    digests.bp,
    insights.bp,
    reminders.bp,
    weekly.bp,
    trail.bp,
    printing.bp,
)


def create_app(config: Config | None = None) -> Flask:
    """Return the whole product, ready to serve."""
    app = Flask(__name__, static_folder=None)
    settings = config or Config.from_env()
    app.extensions.update(config=settings, store=SQLiteStore(settings.database), clock=current.system_clock)
    app.config["MAX_CONTENT_LENGTH"] = BIGGEST_REQUEST
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    i18n.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    reopening.init_app(app)
    downloads.init_app(app)
    shell.init_app(app)
    preferences.init_app(app)
    navigation.init_app(app)
    demo.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    sync.init_app(app)
    zone = settings.time_zone
    for kind in (observations.op_kind(zone), *facts.op_kinds(zone)):
        kinds.register(app, recording.heeding(kind, zone) if kind.name == FOLLOW_UP else kind)
    cli.init_app(app)
    return app
