"""Makes pictures.zip: small pictures of every kind, each with NAME.rgb, what Pillow and Little CMS show of it over white.

pip install pillow numpy; python3 pictures.py
"""
import io, os, struct, tempfile, zipfile
import numpy as np
from PIL import Image, ImageCms, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
os.chdir(tempfile.mkdtemp())


def quarters(a, b, c, d):
    im = Image.new('RGB', (48, 32), a)
    for colour, box in ((b, (24, 0, 48, 16)), (c, (0, 16, 24, 32)), (d, (24, 16, 48, 32))):
        im.paste(colour, box)
    return im


def profile(primaries, curve):
    """A matrix profile of these primaries (xy), with D65 adapted to D50 by Bradford's matrix. ICC.1:2001-04."""
    fixed = lambda x: struct.pack('>i', int(round(x * 65536)))
    white = np.array([0.3127 / 0.3290, 1, (1 - 0.3127 - 0.3290) / 0.3290])
    m = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    m = m * np.linalg.solve(m, white)
    bradford = np.array([[.8951, .2664, -.1614], [-.7502, 1.7135, .0367], [.0389, -.0685, 1.0296]])
    d50 = np.array([.9642, 1, .8249])
    m = np.linalg.inv(bradford) @ np.diag((bradford @ d50) / (bradford @ white)) @ bradford @ m
    xyz = lambda v: b'XYZ \0\0\0\0' + b''.join(fixed(t) for t in v)
    desc = b'desc\0\0\0\0' + struct.pack('>I', 5) + b'test\0' + b'\0' * 78
    tags = [(b'desc', desc + b'\0' * (-len(desc) % 4)), (b'cprt', b'text\0\0\0\0CC0\0'), (b'wtpt', xyz(d50)),
            (b'rXYZ', xyz(m[:, 0])), (b'gXYZ', xyz(m[:, 1])), (b'bXYZ', xyz(m[:, 2])),
            (b'rTRC', curve), (b'gTRC', curve), (b'bTRC', curve)]
    at, table, body = 132 + 12 * len(tags), struct.pack('>I', len(tags)), b''
    for name, data in tags:
        table += name + struct.pack('>II', at + len(body), len(data))
        body += data
    head = struct.pack('>I4sI4s4s4s12s4s', 128 + len(table) + len(body), b'lcms', 0x02400000, b'mntr', b'RGB ', b'XYZ ',
                       struct.pack('>6H', 2020, 1, 1, 0, 0, 0), b'acsp').ljust(68, b'\0')
    return (head + b''.join(fixed(t) for t in d50)).ljust(128, b'\0') + table + body


SRGB_CURVE = b'para\0\0\0\0' + struct.pack('>HH', 3, 0) + b''.join(
    struct.pack('>i', int(round(t * 65536))) for t in (2.4, 1 / 1.055, .055 / 1.055, 1 / 12.92, .04045))
GAMMA = b'curv\0\0\0\0' + struct.pack('>IH', 1, int(round(2.19921875 * 256))) + b'\0\0'

im = quarters((220, 30, 30), (30, 200, 30), (30, 30, 220), (220, 210, 40))
sharp = {'quality': 95, 'subsampling': 0}
im.save('rgb.png'); im.save('rgb.jpg', **sharp); im.save('progressive.jpg', progressive=True, **sharp)
im.save('usual.jpg', quality=90); im.save('rgb.bmp'); im.save('rgb.gif'); im.save('lossless.webp', lossless=True)
Image.new('RGB', (48, 32), (200, 90, 40)).save('lossy.webp', quality=95)
im.convert('CMYK').save('cmyk.jpg', **sharp); im.convert('CMYK').save('cmyk.tif', compression='tiff_lzw')
for mode in ('L', '1', 'P'):
    for kind in ('png', 'bmp', 'tif'):
        im.convert(mode).save(f'{mode}.{kind}')
im.convert('L').save('L.jpg'); im.convert('1').save('fax.tif', compression='group4')
for packed in ('tiff_lzw', 'tiff_adobe_deflate', 'packbits', 'raw', 'jpeg'):
    im.save(f'{packed}.tif', compression=packed)
alpha = im.convert('RGBA')
alpha.putalpha(Image.fromarray(np.tile(np.repeat(np.array([0, 128, 255, 255, 255, 255], np.uint8), 8), (32, 1))))
alpha.save('alpha.png'); alpha.save('alpha.webp', lossless=True); alpha.save('alpha.tif'); alpha.save('alpha.bmp')
alpha.convert('LA').save('grey-alpha.png'); alpha.quantize(64).save('palette-alpha.png')
im.save('trns.png', transparency=(220, 30, 30))
im.convert('L').save('grey-trns.png', transparency=im.convert('L').getpixel((0, 0)))
deep = Image.fromarray(np.tile(np.arange(48, dtype=np.uint16) * 1300, (32, 1)))
deep.save('deep.png'); deep.save('deep.tif')
for orientation in range(1, 9):
    exif = Image.Exif(); exif[0x112] = orientation
    for kind, options in (('jpg', sharp), ('png', {}), ('webp', {'lossless': True}), ('tif', {})):
        im.save(f'orientation{orientation}.{kind}', exif=exif, **options)
other = quarters((200, 60, 60), (60, 200, 60), (30, 30, 200), (180, 180, 140))
for name, icc in (('p3', profile([(.68, .32), (.265, .69), (.15, .06)], SRGB_CURVE)),
                  ('adobe', profile([(.64, .33), (.21, .71), (.15, .06)], GAMMA))):
    for kind, options in (('jpg', sharp), ('png', {}), ('webp', {'lossless': True}), ('tif', {})):
        other.save(f'{name}.{kind}', icc_profile=icc, **options)
    half = other.convert('RGBA'); half.putalpha(128); half.save(f'{name}-alpha.png', icc_profile=icc)


def shown(file):
    im = Image.open(file)
    if im.mode.startswith('I;16') or im.mode == 'I':
        return np.repeat(np.round(np.asarray(im).astype(float) * 255 / 65535)[..., None], 3, 2)
    icc = im.info.get('icc_profile')
    im = ImageOps.exif_transpose(im)
    if icc:
        opacity = im.getchannel('A') if im.mode == 'RGBA' else None
        im = ImageCms.profileToProfile(im.convert('RGB'), ImageCms.ImageCmsProfile(io.BytesIO(icc)),
                                       ImageCms.createProfile('sRGB'), outputMode='RGB')
        if opacity is not None:
            im.putalpha(opacity)
    x = np.asarray((im.convert('RGB') if im.mode == 'CMYK' else im).convert('RGBA')).astype(float)
    return np.round((x[..., :3] * x[..., 3:] + 255 * (255 - x[..., 3:])) / 255)


with zipfile.ZipFile(os.path.join(HERE, 'pictures.zip'), 'w', zipfile.ZIP_DEFLATED) as out:
    for file in sorted(os.listdir('.')):
        out.write(file)
        out.writestr(file + '.rgb', shown(file).astype(np.uint8).tobytes())
