"""The web server behind nginx: gunicorn --config deploy/gunicorn.conf.py 'archive.web.app:create()'."""

import os

# A socket and no port: with PEER_STORIES_ACCEL=nginx the program believes what the headers say about the visitor, so
# nobody but nginx may be able to knock here.
bind = "unix:/run/peer-stories/web.sock"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 16
# A thread waits for as long as somebody's upload takes; sound is not served from here, nginx does that.
timeout = 120
graceful_timeout = 30
limit_request_line = 8190  # the most that it takes: searches live in addresses
keepalive = 75  # longer than nginx keeps an idle connection (60 s): the one who closes first must not be this side
max_requests = 20_000  # a worker is replaced now and then, so that no slow leak of a library adds up
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm"  # noqa: S108  gunicorn makes names of its own there, where a heartbeat never waits for a disk
control_socket_disable = True
accesslog = None  # nginx keeps one, if anybody does
