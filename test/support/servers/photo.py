"""The photo service of the incident, a Bottle application for any WSGI server.

    /mounted/cat.jpg  through Bottle.mount; /direct/cat.jpg without. uWSGI of 2014 lost a reference to a file for which
                      wsgi.file_wrapper was called twice in one request, as a mounted application makes it: `old_rule` puts
                      that back.
    /hello /kept /warm /uniq /gone /cycle   see below
"""

import os
import tempfile

from bottle import Bottle, static_file

FOLDER = os.environ["PHOTO_FOLDER"]
kept = []
warm = []

photos = Bottle()
application = Bottle()


@photos.route("/<name>")
def mounted(name):
    return static_file(name, root=FOLDER)


application.mount("/mounted/", photos)


@application.route("/direct/<name>")
def direct(name):
    return static_file(name, root=FOLDER)


@application.route("/hello")
def hello():
    return "hello\n"


@application.route("/kept")
def keep():
    kept.append(open(os.path.join(FOLDER, "cat.jpg"), "rb"))
    return "kept\n"


@application.route("/warm")
def lazily():
    if not warm:
        warm.extend(open(os.path.join(FOLDER, "part-%d" % number), "a") for number in range(8))
    return "warm\n"


@application.route("/uniq")
def unique():
    kept.append(tempfile.NamedTemporaryFile(prefix="upload-", dir=FOLDER, delete=False))
    return "unique\n"


@application.route("/gone")
def gone():
    file = tempfile.TemporaryFile(dir=FOLDER)
    file.write(bytes(65536))
    file.flush()
    kept.append(file)
    return "gone\n"


@application.route("/cycle")
def cycle():
    circle = [open(os.path.join(FOLDER, "cat.jpg"), "rb")]
    circle.append(circle)
    return "cycle\n"


def old_rule(app):
    def middleware(environ, start_response):
        real = environ.get("wsgi.file_wrapper")
        files = []

        def wrapper(file, size=8192):
            files.append(file)
            return real(file, size)

        if real is not None:
            environ["wsgi.file_wrapper"] = wrapper
        body = app(environ, start_response)
        if len(files) < 2:
            return body
        # The first call's reference is never dropped, and nobody closes what is not the body any more.
        kept.append(files[0])
        return iter(lambda: files[0].read(8192), b"")

    return middleware


if os.environ.get("PHOTO_OLD_RULE") == "1":
    application = old_rule(application)
