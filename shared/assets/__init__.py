"""The files that the course needs: fetched once and verified, or shipped with it."""

from shared.lazy_names import face

__getattr__, __dir__ = face(__name__, {"access": "asset_path embedded", "cache_paths": "CHECKOUT"})
