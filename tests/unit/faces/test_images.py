"""Every kind of image file becomes the same array; every broken one a reason."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from workflow_scripts.faces.images import MOST_PIXELS, read_image, to_gray
from workflow_scripts.faces.unusable import Unusable

RGB = np.random.default_rng(2).integers(0, 256, (6, 9, 3), dtype=np.uint8)
GRAY = RGB[..., 0]


def saved(path, image: Image.Image, **options):
    image.save(path, **options)
    return path


# how each EXIF orientation is stored: the upright image under the inverse of what a viewer does
STORED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize("orientation", STORED)
def test_exif_orientation_is_applied(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](RGB)))
    assert np.array_equal(read_image(saved(tmp_path / "a.png", stored, exif=exif)), RGB)


@pytest.mark.parametrize("kind", ["png", "tiff", "bmp", "webp"])
def test_kinds_without_loss_are_exact(tmp_path, kind):
    options = {"lossless": True} if kind == "webp" else {}
    assert np.array_equal(read_image(saved(tmp_path / f"a.{kind}", Image.fromarray(RGB), **options)), RGB)


def test_the_name_need_not_tell_the_kind(tmp_path):
    path = saved(tmp_path / "a.png", Image.fromarray(RGB))
    assert np.array_equal(read_image(path.rename(tmp_path / "-b 'c\" é")), RGB)


def gray_of(path) -> np.ndarray:
    image = read_image(path)
    assert (image == image[..., :1]).all()
    return image[..., 0]


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_16_bits_are_scaled_to_8(tmp_path, kind):
    deep = Image.fromarray(GRAY.astype(np.uint16) * 257)
    assert np.array_equal(gray_of(saved(tmp_path / f"a.{kind}", deep)), GRAY)


def test_12_and_8_bits_in_16_and_fractions_are_recognized(tmp_path):
    full = GRAY.copy()
    full[0, 0] = 255
    twelve = Image.fromarray(np.rint(full * (4095 / 255)).astype(np.uint16))
    assert np.array_equal(gray_of(saved(tmp_path / "12.png", twelve)), full)
    assert np.array_equal(gray_of(saved(tmp_path / "8.png", Image.fromarray(full.astype(np.uint16)))), full)
    fractions = Image.fromarray((full / 255).astype(np.float32))
    assert np.array_equal(gray_of(saved(tmp_path / "f.tiff", fractions)), full)
    whole = Image.fromarray(full.astype(np.int32))
    assert np.array_equal(gray_of(saved(tmp_path / "i.tiff", whole)), full)


@pytest.mark.parametrize("values", [[[-1.0, 2.0]], [[0.0, 1e6]], [[np.nan, 1.0]]])
def test_gray_values_out_of_range_are_a_reason(tmp_path, values):
    path = saved(tmp_path / "a.tiff", Image.fromarray(np.array(values, np.float32)))
    with pytest.raises(Unusable, match="gray values from"):
        read_image(path)


def test_cmyk_and_palettes_become_rgb(tmp_path):
    smooth = Image.fromarray(RGB).resize((90, 60), Image.Resampling.BICUBIC)
    path = saved(tmp_path / "a.jpg", smooth.convert("CMYK"), quality=98)
    assert Image.open(path).mode == "CMYK"
    assert np.abs(read_image(path).astype(int) - np.asarray(smooth)).mean() < 4
    few = Image.fromarray(RGB // 128 * 128)
    path = saved(tmp_path / "p.png", few.quantize(8))
    assert Image.open(path).mode == "P"
    assert np.array_equal(read_image(path), np.asarray(few))
    black_white = Image.fromarray(GRAY > 127)
    assert np.array_equal(gray_of(saved(tmp_path / "1.png", black_white)), (GRAY > 127) * np.uint8(255))


def test_transparency_lies_over_white(tmp_path):
    alpha = np.tile(np.array([0, 255, 128], np.uint8), (2, 1))
    rgba = Image.fromarray(np.dstack([RGB[:2, :3], alpha]))
    image = read_image(saved(tmp_path / "a.png", rgba))
    assert (image[:, 0] == 255).all()
    assert np.array_equal(image[:, 1], RGB[:2, 1])
    assert np.abs(image[:, 2] - (RGB[:2, 2] * 0.5 + 127.5)).max() < 2
    gray = Image.merge("LA", (Image.fromarray(GRAY), Image.new("L", (9, 6), 0)))
    assert (read_image(saved(tmp_path / "la.png", gray)) == 255).all()
    palette = Image.fromarray(RGB).quantize(4)
    image = read_image(saved(tmp_path / "p.png", palette, transparency=0))
    assert (image[np.asarray(palette) == 0] == 255).all()


def test_the_first_of_several_frames_or_pages_counts(tmp_path):
    first, second = (Image.new("RGB", (5, 4), colour) for colour in ("white", "black"))
    for name in ("a.gif", "a.tiff"):
        path = saved(tmp_path / name, first, save_all=True, append_images=[second])
        assert (read_image(path) == 255).all()


def test_one_pixel(tmp_path):
    path = saved(tmp_path / "a.png", Image.new("L", (1, 1), 9))
    assert read_image(path).tolist() == [[[9, 9, 9]]]


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises more than its data holds."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


def reason(path) -> str:
    with pytest.raises(Unusable) as unusable:
        read_image(path)
    text = str(unusable.value)
    assert text.startswith("unreadable: ")
    assert "\n" not in text
    assert str(path) not in text
    return text


def test_broken_files_are_a_reason(tmp_path):
    path = saved(tmp_path / "a.jpg", Image.fromarray(np.tile(RGB, (20, 20, 1))))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "truncated" in reason(path)
    path.write_bytes(b"no image at all")
    assert "not an image of a known kind" in reason(path)
    path.write_bytes(b"")
    assert "not an image of a known kind" in reason(path)
    assert "No such file" in reason(tmp_path / "absent.jpg")
    assert "Is a directory" in reason(tmp_path)


def test_no_damage_is_a_crash(tmp_path):
    """Any bytes: an image or a reason, never another exception."""
    generator = np.random.default_rng(3)
    images = {"png": {}, "jpg": {}, "tiff": {"compression": "tiff_lzw"}, "gif": {}, "webp": {}, "bmp": {}}
    read = 0
    for kind, options in images.items():
        path = saved(tmp_path / f"a.{kind}", Image.fromarray(np.tile(RGB, (4, 4, 1))), **options)
        whole = bytearray(path.read_bytes())
        for _ in range(40):
            damaged = whole.copy()
            for place in generator.integers(0, len(whole), 4):
                damaged[place] = generator.integers(256)
            path.write_bytes(damaged)
            try:
                assert read_image(path).ndim == 3
                read += 1
            except Unusable as unusable:
                assert str(unusable).startswith("unreadable: ")
    assert 0 < read < 240


def test_large_scans_pass_and_bombs_do_not(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(png_claiming(12_000, 9_000))
    assert "truncated" in reason(path)  # that is, its size was accepted
    path.write_bytes(png_claiming(30_000, MOST_PIXELS // 30_000 + 1))
    assert "more than 200,000,000 pixels" in reason(path)


def test_gray_of_gray_is_exact():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None, None], 3, axis=2)
    assert np.array_equal(to_gray(ramp)[:, 0], np.arange(256))


def test_gray_agrees_with_pillow():
    pillow = np.asarray(Image.fromarray(RGB).convert("L"))
    assert np.abs(to_gray(RGB).astype(int) - pillow).max() <= 1
