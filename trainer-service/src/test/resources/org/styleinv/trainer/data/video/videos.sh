#!/bin/bash
# Makes videos.zip: small videos of every kind, each with NAME.rgb, what the program ffmpeg (8.1.2) shows of it.
# FFMPEG=/path/to/ffmpeg ./videos.sh
set -e
out=$PWD/videos.zip
cd "$(mktemp -d)"
F="${FFMPEG:-ffmpeg} -y -hide_banner -loglevel error -nostdin"
SRC="testsrc2=s=32x24:r=10:d=0.6,format=rgb24,drawbox=x=16:y=0:w=16:h=12:color=0x1EC81E:t=fill,drawbox=x=0:y=12:w=16:h=12:color=0x1E1EDC:t=fill"
# NAME, the options that make it, and the filter that shows it: a viewer's square pixels, or alpha over white
make() { o=$1; shift; $F -f lavfi -i "$SRC" "$@" "$o"; }
show() { $F "${@:3}" -i "$1" -vf "$2" -fps_mode passthrough -f rawvideo -pix_fmt rgb24 - >"$1.rgb"; }
white() { show "$1" "format=rgba,split[a][b];[b]drawbox=t=fill:replace=1:color=white@1[w];[w][a]overlay=format=gbrp" "${@:2}"; }
H="-c:v libopenh264 -b:v 1M -pix_fmt yuv420p"
for space in bt709 smpte170m bt2020nc; do for range in tv pc; do
  make $space-$range.mkv -vf "scale=out_color_matrix=$space:out_range=$range,format=yuv420p" -colorspace $space -color_range $range -c:v ffv1
done; done
make untagged.mp4 $H; make yuvj.avi -pix_fmt yuvj420p -c:v mjpeg -q:v 2; make tenbit.mkv -pix_fmt yuv420p10le -c:v ffv1
make planar.mkv -c:v ffv1 -pix_fmt gbrp; make grey.mkv -c:v ffv1 -pix_fmt gray10le; make prores.mov -c:v prores_ks
make vp9.webm -c:v libvpx-vp9; make av1.mp4 -c:v libaom-av1 -cpu-used 8; make odd.webm -vf crop=31:23:0:0 -c:v libvpx
make mpeg2.ts -c:v mpeg2video -r 25; make h264.ts $H -output_ts_offset 5; make interlaced.mp4 -c:v mpeg2video -flags +ildct+ilme -r 25
make bframes.mp4 -c:v mpeg4 -bf 2 -q:v 2; make late.mkv $H -output_ts_offset 5; make fragments.mp4 $H -g 3 -movflags frag_keyframe+empty_moov
make cropped.mp4 -vf crop=30:22:0:0 $H; make uneven.mkv -vf "setpts='if(lt(N,3),N*0.1,0.3+(N-3)*0.03)/TB'" -fps_mode vfr $H
make sparse.mkv -vf setpts=N*3/TB $H; make plain.gif; make one.mp4 -frames:v 1 $H
$F -f lavfi -i "$SRC" -f lavfi -i sine=d=2 $H -c:a aac -b:a 16k longer-sound.mp4
$F -f lavfi -i "$SRC" -f lavfi -i sine=d=0.3 -c:v libvpx -c:a libopus -b:a 16k shorter-sound.webm
make whole.mp4 $H -g 2; $F -ss 0.35 -i whole.mp4 -c copy edited.mp4
for turn in 0 90 180 270; do
  $F -display_rotation $turn -i untagged.mp4 -c copy turned$turn.mp4
  $F -display_rotation $turn -display_hflip -i untagged.mp4 -c copy mirrored$turn.mp4
done
make film.mjpeg -c:v mjpeg -q:v 2
# CLAP SOURCE RESULT WIDTH HEIGHT RIGHT DOWN puts a box of that name (ISO 14496-12, 12.1.4) into an MP4 whose moov is last
clap() { python3 - "$@" <<'P'
import struct, sys
source, result, *numbers = sys.argv[1:]
width, height, right, down = map(int, numbers)
box = struct.pack('>I4sIIIIiIiI', 40, b'clap', width, 1, height, 1, right, 1, down, 1)
def walk(data):
    out = b''
    while data:
        size, kind = struct.unpack('>I4s', data[:8])
        body, data = data[8:size], data[size:]
        if kind in (b'moov', b'trak', b'mdia', b'minf', b'stbl'):
            body = walk(body)
        elif kind == b'stsd' and body[12:16] == b'avc1':
            end = 8 + struct.unpack('>I', body[8:12])[0]
            body = body[:8] + struct.pack('>I', end + 32) + body[12:end] + box + body[end:]
        out += struct.pack('>I4s', len(body) + 8, kind) + body
    return out
open(result, 'wb').write(walk(open(source, 'rb').read()))
P
}
clap untagged.mp4 clap.mp4 24 16 2 -2; clap untagged.mp4 clap-odd.mp4 23 15 0 0
$F -display_rotation 90 -display_hflip -i clap.mp4 -c copy clap-turned.mp4
for file in *.*; do show $file null; done
make wide.mp4 $H -vf setsar=2; show wide.mp4 scale=64:24
make narrow.mkv $H -vf setsar=1/2; show narrow.mkv scale=32:48
$F -display_rotation 90 -i wide.mp4 -c copy wide-turned.mp4; show wide-turned.mp4 scale=24:64
A="format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if(lt(X,8),0,if(lt(X,16),128,255))'"
make alpha-png.mov -vf "$A" -c:v png; white alpha-png.mov
make alpha-qtrle.mov -vf "$A" -c:v qtrle; white alpha-qtrle.mov
make alpha-prores.mov -vf "$A,format=yuva444p10le" -c:v prores_ks -profile:v 4444; white alpha-prores.mov
make alpha-vp9.webm -vf "$A,format=yuva420p" -c:v libvpx-vp9 -auto-alt-ref 0; white alpha-vp9.webm -c:v libvpx-vp9
make alpha.gif -vf "$A,split[a][b];[a]palettegen=reserve_transparent=1[p];[b][p]paletteuse"; white alpha.gif
rm -f "$out"; python3 -m zipfile -c "$out" *
