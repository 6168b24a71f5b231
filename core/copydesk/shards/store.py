"""Where the files of a job lie: a local folder, or any file system that fsspec knows."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from copydesk.errors import OutputError, SourceError, os_message
from copydesk.sinks import jsonl
from copydesk.sources import remote
from copydesk.sources.remote import is_remote

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_SCRATCH = "_scratch"
_TRIES = 100


class Store(Protocol):
    """A folder of files with names such as "articles/00003.jsonl.gz". Raises OutputError."""

    def create(self, name: str, data: bytes) -> bool:
        """Create a file whole, unless there is one already; return whether it was created."""

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file; None if there is none."""

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in a folder, sorted; the list is empty without one."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file, replacing one."""

    def put(self, path: Path, name: str) -> None:
        """Store a local file, which may be moved."""

    def get(self, name: str, path: Path) -> None:
        """Copy a file to a local path."""

    def move(self, old: str, new: str) -> None:
        """Rename a file. Nothing happens if it was renamed already."""

    def copy(self, old: str, new: str) -> None:
        """Copy a file within the store, replacing one."""

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""

    def scratch(self, name: str) -> AbstractContextManager[Path]:
        """Return a temporary local folder for files that are stored later, for a shard's name."""

    def remove_scratch(self, names: Collection[str]) -> None:
        """Remove the temporary folders of some names, which killed processes have left."""


def absolute(place: str) -> str:
    """Return the absolute path of a place, or its URL without a slash at the end."""
    return place.rstrip("/") if is_remote(place) else os.path.abspath(place)  # noqa: PTH100


def open_store(place: str) -> Store:
    """Return the store at a path or URL. Raises OutputError."""
    return RemoteStore(place) if is_remote(place) else LocalStore(Path(place))


class LocalStore:
    """A local folder, which may be shared by several machines. It is created when needed."""

    def __init__(self, root: Path) -> None:
        if root.exists() and not root.is_dir():
            raise OutputError(str(root), "is not a folder")
        self._root = root

    @contextlib.contextmanager
    def _errors(self, name: str) -> Iterator[Path]:
        path = self._root / name
        try:
            yield path
        except OSError as error:
            raise OutputError(str(path), os_message(error)) from error

    def create(self, name: str, data: bytes) -> bool:
        """Create a file whole, unless there is one already."""
        with self._errors(name) as path, self._beside(path) as temporary:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            try:
                # Unlike an exclusive open, a link never shows a file that is not whole.
                os.link(temporary, path)
            except FileExistsError:
                return False
            return True

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file; None if there is none."""
        with self._errors(name) as path:
            try:
                return path.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in a folder, sorted."""
        with self._errors(folder) as path:
            try:
                found = sorted(one for one in os.listdir(path) if not one.startswith("."))  # noqa: PTH208
            except FileNotFoundError:
                return []
        return [f"{folder}/{one}" for one in found]

    def write(self, name: str, data: bytes) -> None:
        """Write a file, replacing one."""
        with self._errors(name) as path:
            path.parent.mkdir(parents=True, exist_ok=True)
            jsonl.write_bytes(path, [data])

    def put(self, path: Path, name: str) -> None:
        """Store a local file; one of the scratch folder is moved."""
        with self._errors(name) as target:
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.is_relative_to(self._root / _SCRATCH):
                path.replace(target)
                return
            with self._beside(target) as temporary:
                shutil.copyfile(path, temporary)
                temporary.replace(target)

    def get(self, name: str, path: Path) -> None:
        """Copy a file to a local path, by a link if possible."""
        with self._errors(name) as source:
            _link_or_copy(source, path)

    def move(self, old: str, new: str) -> None:
        """Rename a file."""
        with self._errors(old) as path:
            target = self._root / new
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                path.replace(target)
            except FileNotFoundError:
                if not target.exists():
                    raise

    def copy(self, old: str, new: str) -> None:
        """Copy a file within the store, by a link if possible."""
        with self._errors(old) as path, self._beside(self._root / new) as temporary:
            _link_or_copy(path, temporary)
            temporary.replace(self._root / new)

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""
        with self._errors(name) as path:
            path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """Return a temporary folder on the same file system."""
        with self._errors(_SCRATCH) as parent:
            folder = _temporary_folder(parent, f"{name}-")
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with contextlib.suppress(OSError):
                parent.rmdir()

    def remove_scratch(self, names: Collection[str]) -> None:
        """Remove the temporary folders of some names."""
        parent = self._root / _SCRATCH
        for folder in self.names(_SCRATCH):
            path = self._root / folder
            if path.name.partition("-")[0] in names:
                shutil.rmtree(path, ignore_errors=True)
        with contextlib.suppress(OSError):
            parent.rmdir()

    @contextlib.contextmanager
    def _beside(self, path: Path) -> Iterator[Path]:
        """Return a temporary name in the folder of a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def _temporary_folder(parent: Path, prefix: str) -> Path:
    tries = 0
    while True:
        try:
            parent.mkdir(parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        except (FileNotFoundError, FileExistsError):
            # Another process removes the parent when its own folder was the last one.
            tries += 1
            if tries > _TRIES:
                raise


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


class RemoteStore:
    """A folder of a file system that fsspec knows, such as s3://bucket/folder.

    Its files are whole or absent, as object stores promise. An exclusive create relies on the file
    system: S3 by conditional requests, with s3fs 2025.7 or later.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._fs, self._root = file_system(self._url)

    @contextlib.contextmanager
    def _errors(self, name: str) -> Iterator[str]:
        try:
            yield f"{self._root}/{name}"
        except OSError as error:
            raise OutputError(f"{self._url}/{name}", os_message(error)) from error

    def create(self, name: str, data: bytes) -> bool:
        """Create a file whole, unless there is one already."""
        with self._errors(name) as path:
            self._make_folder(path)
            try:
                self._fs.pipe_file(path, data, mode="create")
            except FileExistsError:
                return False
            return True

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file; None if there is none."""
        with self._errors(name) as path:
            try:
                found: bytes = self._fs.cat_file(path)
            except FileNotFoundError:
                return None
            return found

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in a folder, sorted."""
        with self._errors(folder) as path:
            # Another process may have added files since the last listing.
            self._fs.invalidate_cache()
            try:
                found = self._fs.ls(path, detail=False)
            except FileNotFoundError:
                return []
        return sorted(f"{folder}/{one.rstrip('/').rpartition('/')[2]}" for one in found)

    def write(self, name: str, data: bytes) -> None:
        """Write a file, replacing one."""
        with self._errors(name) as path:
            self._make_folder(path)
            self._fs.pipe_file(path, data)

    def put(self, path: Path, name: str) -> None:
        """Upload a local file."""
        with self._errors(name) as target:
            self._make_folder(target)
            self._fs.put_file(str(path), target)

    def get(self, name: str, path: Path) -> None:
        """Download a file."""
        with self._errors(name) as source:
            self._fs.get_file(source, str(path))

    def move(self, old: str, new: str) -> None:
        """Rename a file."""
        with self._errors(old) as path:
            target = f"{self._root}/{new}"
            self._make_folder(target)
            try:
                self._fs.mv(path, target)
            except FileNotFoundError:
                if not self._fs.exists(target):
                    raise

    def copy(self, old: str, new: str) -> None:
        """Copy a file on the server, replacing one."""
        with self._errors(old) as path:
            target = f"{self._root}/{new}"
            self._make_folder(target)
            self._fs.copy(path, target)

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""
        with self._errors(name) as path, contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(path)

    @contextlib.contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """Return a folder for temporary files of this machine."""
        with tempfile.TemporaryDirectory(prefix=f"copydesk-{name}-") as folder:
            yield Path(folder)

    def remove_scratch(self, names: Collection[str]) -> None:
        """Do nothing: the folders are temporary ones of other machines."""

    def _make_folder(self, path: str) -> None:
        """Create the folder of a file, where the file system has folders."""
        self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)


def file_system(url: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of a URL and the path in it. Raises OutputError without fsspec."""
    try:
        return remote.file_system(url)
    except SourceError as error:
        raise OutputError(url, error.message) from error
