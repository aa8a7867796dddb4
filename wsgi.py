"""The service for any WSGI server: ``waitress-serve --listen=127.0.0.1:8000 wsgi:app``."""

from hotspot.web import create_app

app = create_app()
