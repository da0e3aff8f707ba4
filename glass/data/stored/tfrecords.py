"""Reading TFRecord files of `tf.train.Example`s: as much as robot data sets need, without TensorFlow.

A file is a row of records: length (8 bytes), a checksum of it (4), the record, a checksum of it (4). A record is a
protocol buffer of named features, each a list of byte strings, floats or integers. Checksums (of a kind that Python
does not know) are not looked at; a length that does not fit the file is damage enough.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from glass.core.errors import GlassError

_HEADER, _FOOTER = 12, 4
_BYTES_LIST, _FLOAT_LIST = 1, 2


@dataclass(frozen=True)
class Record:
    """Where a record lies."""

    path: Path
    """Its file."""
    offset: int
    """Where it begins, in bytes."""
    length: int
    """In bytes."""


def list_records(path: Path) -> list[Record]:
    """Find the records of a file by their lengths.

    Raises:
        GlassError: the file ends within a record.
    """
    records: list[Record] = []
    offset, size = 0, path.stat().st_size
    with path.open("rb") as file:
        while offset < size:
            file.seek(offset)
            header = file.read(_HEADER)
            length = struct.unpack("<Q", header[:8])[0] if len(header) == _HEADER else size
            if offset + _HEADER + length + _FOOTER > size:
                raise GlassError(f"{path}: damaged, or no TFRecord file; it ends within record {len(records)}")
            records.append(Record(path, offset + _HEADER, length))
            offset += _HEADER + length + _FOOTER
    return records


def read_example(record: Record) -> dict[str, bytes | npt.NDArray[np.float32]]:
    """Read a record's features: the first byte string of each list of those, and whole lists of floats.

    Raises:
        GlassError: the record is damaged.
    """
    with record.path.open("rb") as file:
        file.seek(record.offset)
        content = memoryview(file.read(record.length))
    try:
        return dict(_features(content))
    except (ValueError, IndexError, UnicodeDecodeError) as error:
        raise GlassError(f"{record.path}: the record at byte {record.offset} is damaged ({error})") from error


def _features(example: memoryview) -> Iterator[tuple[str, bytes | npt.NDArray[np.float32]]]:
    for _, features in _fields(example):
        for _, entry in _fields(features):
            parts = dict(_fields(entry))
            for kind, values in _fields(parts[2]) if 1 in parts and 2 in parts else ():
                name = str(parts[1], "utf-8")
                if kind == _BYTES_LIST:
                    yield name, next((bytes(value) for _, value in _fields(values)), b"")
                elif kind == _FLOAT_LIST:
                    yield name, np.frombuffer(b"".join(value for _, value in _fields(values)), "<f4")


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Give the number and content of a message's fields.

    Raises:
        ValueError: the message ends within a field, or has one of an unknown type.
        IndexError: it ends within a number.
    """
    at = 0
    while at < len(message):
        key, at = _number(message, at)
        start = at
        match key & 7:
            case 2:
                length, start = _number(message, at)
                at = start + length
            case 0:
                _, at = _number(message, at)
            case 1:
                at += 8
            case 5:
                at += 4
            case unknown:
                raise ValueError(f"field type {unknown}")
        if at > len(message):
            raise ValueError("it ends early")
        yield key >> 3, message[start:at]


def _number(message: memoryview, at: int) -> tuple[int, int]:
    """Read a number of seven bits a byte; give it and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
