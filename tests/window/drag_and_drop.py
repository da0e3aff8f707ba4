"""Dropping files on a window, as a file manager does: the source's side of the XDND protocol, by libX11."""

import ctypes
import time
from contextlib import closing
from ctypes import byref, c_int, c_long, c_ulong, c_void_p
from ctypes.util import find_library
from pathlib import Path

SELECTION_REQUEST, SELECTION_NOTIFY, CLIENT_MESSAGE = 30, 31, 33
VERSION = 5
PATIENCE = 60.0


class _Message(ctypes.Structure):
    """XClientMessageEvent, whose head all events share."""

    _fields_ = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
        ("window", c_ulong),
        ("message_type", c_ulong),
        ("format", c_int),
        ("data", c_long * 5),
    )


class _Request(ctypes.Structure):
    """XSelectionRequestEvent; without `owner` it is an XSelectionEvent."""

    _fields_ = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
        ("owner", c_ulong),
        ("requestor", c_ulong),
        ("selection", c_ulong),
        ("target", c_ulong),
        ("property", c_ulong),
        ("time", c_ulong),
    )


class _Notice(ctypes.Structure):
    """XSelectionEvent."""

    _fields_ = tuple(field for field in _Request._fields_ if field[0] != "owner")


class _Event(ctypes.Union):
    """XEvent."""

    _fields_ = (
        ("type", c_int),
        ("message", _Message),
        ("request", _Request),
        ("notice", _Notice),
        ("pad", c_long * 24),
    )


class _Source:
    """A window that owns what is dropped."""

    def __init__(self, display_name: str, files: tuple[Path, ...]) -> None:
        self._x11 = ctypes.CDLL(find_library("X11") or "libX11.so.6")
        self._x11.XOpenDisplay.restype = c_void_p
        for name in ("XInternAtom", "XCreateSimpleWindow", "XDefaultRootWindow"):
            getattr(self._x11, name).restype = c_ulong
        self._display = c_void_p(self._x11.XOpenDisplay(display_name.encode()))
        assert self._display, "no such display"
        root = c_ulong(self._x11.XDefaultRootWindow(self._display))
        nothing = c_ulong(0)
        window = self._x11.XCreateSimpleWindow(self._display, root, 0, 0, 1, 1, 0, nothing, nothing)
        self._window = c_ulong(window)
        self._text = "".join(f"{path.as_uri()}\r\n" for path in files).encode()
        self._x11.XSetSelectionOwner(self._display, c_ulong(self.atom("XdndSelection")), self._window, nothing)

    def atom(self, name: str) -> int:
        return int(self._x11.XInternAtom(self._display, name.encode(), 0))

    def send(self, window: int, name: str, *data: int) -> None:
        """Send a message of the protocol to a window."""
        event = _Event(type=CLIENT_MESSAGE)
        event.message.window, event.message.message_type, event.message.format = window, self.atom(name), 32
        event.message.data = (c_long * 5)(self._window.value, *data)
        self._send(window, event)

    def await_message(self, name: str) -> None:
        """Answer requests for the files until a message comes."""
        end, wanted, event = time.monotonic() + PATIENCE, self.atom(name), _Event()
        while time.monotonic() < end:
            if not self._x11.XPending(self._display):
                time.sleep(0.01)
                continue
            self._x11.XNextEvent(self._display, byref(event))
            if event.type == SELECTION_REQUEST:
                self._give(event.request)
            elif event.type == CLIENT_MESSAGE and event.message.message_type == wanted:
                return
        raise AssertionError(f"waited in vain for {name}")

    def close(self) -> None:
        self._x11.XCloseDisplay(self._display)

    def _give(self, request: _Request) -> None:
        where = (c_ulong(value) for value in (request.requestor, request.property, request.target))
        self._x11.XChangeProperty(self._display, *where, 8, 0, self._text, len(self._text))
        answer = _Event(type=SELECTION_NOTIFY)
        for name, _ in _Notice._fields_[4:]:
            setattr(answer.notice, name, getattr(request, name))
        self._send(request.requestor, answer)

    def _send(self, window: int, event: _Event) -> None:
        self._x11.XSendEvent(self._display, c_ulong(window), 0, c_long(0), byref(event))
        self._x11.XFlush(self._display)


def drop_files(display_name: str, window: int, point: tuple[int, int], *files: Path) -> None:
    """Drop files on a window of a display, at a point of the screen; returns when the window has taken them."""
    with closing(_Source(display_name, files)) as source:
        source.send(window, "XdndEnter", VERSION << 24, source.atom("text/uri-list"), 0, 0)
        place = point[0] << 16 | point[1]
        source.send(window, "XdndPosition", 0, place, 0, source.atom("XdndActionCopy"))
        source.await_message("XdndStatus")
        source.send(window, "XdndDrop", 0, 0, 0, 0)
        source.await_message("XdndFinished")
