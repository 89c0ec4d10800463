"""Keras' loading of saved networks, without drawing weights that the file replaces, and without copies.

By itself, Keras draws all weights at random, reads the file's into memory, and copies each into an array and
that into a tensor. Here a variable gets its memory when its values arrive, and these come straight from the
file. Keras does all else: it builds the network, in its safe mode, and finds the place of each weight. What
this saves is in benchmarks/README.md.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import h5py
import numpy as np

from workflow_scripts.training.light_keras import keras, tf

saving_lib = keras.src.saving.saving_lib
CHUNK = 1 << 20
ALIGNMENT = 64  # bytes: TensorFlow takes over an array that begins at a multiple, and copies others
LOCAL_HEADER, LENGTHS = 30, 26  # ZIP: size of what precedes an entry's name, and where its lengths are


def load_network(path: Path) -> keras.Model:
    """The network of a .keras file, loaded in Keras' safe mode and not compiled.

    It is what `keras.saving.load_model` returns, and raises what that raises.
    """
    with values_later(), weights_in_place():
        return keras.saving.load_model(path, compile=False, safe_mode=True)


@contextmanager
def values_later() -> Iterator[None]:
    """Give variables that are made meanwhile their values when these are assigned.

    Those that are assigned none get them from their initialisers at the end, as if nothing had waited: random
    initialisers of Keras have their seeds from the start. Anything else that gives initial values is not kept
    waiting.
    """
    waiting: dict[int, tuple[keras.Variable, bool]] = {}
    initialize, assign = keras.Variable._initialize_with_initializer, keras.Variable._direct_assign

    def wait(variable: keras.Variable, initializer: object) -> None:
        if isinstance(initializer, keras.initializers.Initializer):
            variable._value, variable._initializer = None, initializer
            waiting[id(variable)] = variable, variable.trainable
        else:
            initialize(variable, initializer)

    def arrive(variable: keras.Variable, value: tf.Tensor) -> None:
        if variable._value is not None:
            assign(variable, value)
            return
        tensor = tf.cast(tf.convert_to_tensor(value), variable._dtype)
        begin(variable, partial(variable._initialize, tensor))

    def begin(variable: keras.Variable, give_value: Callable[[], None]) -> None:
        now, variable._trainable = variable.trainable, waiting[id(variable)][1]  # as it was when it was made
        with tf.init_scope():
            give_value()
        variable._trainable, variable._initializer = now, None

    with replaced(keras.Variable, _initialize_with_initializer=wait, _direct_assign=arrive):
        yield
    for variable, _ in waiting.values():
        if variable._value is None:
            begin(variable, partial(variable._initialize_with_initializer, variable._initializer))


@contextmanager
def weights_in_place() -> Iterator[None]:
    """Let Keras read the weights of archives straight from the file."""

    def refused(_: keras.Model) -> bool:
        raise MemoryError("weights are not read all at once")  # then Keras reads each as it is asked for

    names = cache(saving_lib.get_attr_skipset)  # Keras looks for them under another name than it keeps them
    with replaced(saving_lib, is_memory_sufficient=refused, H5IOStore=WeightsInPlace, get_attr_skipset=names):
        yield


@contextmanager
def replaced(owner: object, **attributes: object) -> Iterator[None]:
    """Other attributes of an object meanwhile."""
    kept = {name: getattr(owner, name) for name in attributes}
    try:
        for name, value in attributes.items():
            setattr(owner, name, value)
        yield
    finally:
        for name, value in kept.items():
            setattr(owner, name, value)


class WeightsInPlace(saving_lib.H5IOStore):
    """Keras' reader of weights; large ones go from an archive into arrays that TensorFlow takes over."""

    def _get_h5_file(self, path_or_io, mode=None):
        if not self.archive:
            return super()._get_h5_file(path_or_io, mode)
        entry = self.archive.getinfo(str(path_or_io))
        refuse_damaged(self.archive, entry)
        stored = entry.compress_type == zipfile.ZIP_STORED
        self.io_file = StoredEntry(self.archive, entry) if stored else io.BytesIO(self.archive.read(entry))
        return h5py.File(self.io_file, "r")

    def __getitem__(self, key):
        dataset = saving_lib.safe_get_h5_dataset(self._h5_entry_group, key)
        if dataset.dtype != np.float32 or dataset.nbytes < CHUNK:
            return super().__getitem__(key)
        array = aligned_array(dataset.shape, dataset.dtype)
        dataset.read_direct(array)
        if tf.config.list_physical_devices("GPU"):  # which copies it in any case
            return array
        return tf.experimental.dlpack.from_dlpack(array.__dlpack__())  # the same memory


def refuse_damaged(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Raise zipfile.BadZipFile if the bytes of an entry are not those of which it keeps the checksum."""
    try:
        with archive.open(entry) as stored:
            while stored.read(CHUNK):
                pass
    except (EOFError, zlib.error) as error:
        raise zipfile.BadZipFile(f"{entry.filename}: {error or 'it is cut off'}") from error


class StoredEntry(io.RawIOBase):
    """An entry of a ZIP archive that is stored as it is, to read from any place without a copy."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo):
        self._file, self._size, self._place = archive.fp, entry.file_size, 0
        self._file.seek(entry.header_offset)
        lengths = struct.unpack_from("<HH", self._file.read(LOCAL_HEADER), LENGTHS)
        self._start = entry.header_offset + LOCAL_HEADER + sum(lengths)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer) -> int:
        wanted = memoryview(buffer).cast("B")[: max(0, self._size - self._place)]
        self._file.seek(self._start + self._place)
        read = self._file.readinto(wanted)
        self._place += read
        return read


def aligned_array(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """An array with nothing in it yet, whose memory begins at a multiple of ALIGNMENT."""
    size = int(np.prod(shape)) * dtype.itemsize
    memory = np.empty(size + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size].view(dtype).reshape(shape)
