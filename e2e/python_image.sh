#!/usr/bin/env bash
# A root file system with the Python of a virtual environment and what it is linked to, and nothing else of this machine:
#   python_image.sh PYTHON FOLDER      its packages come from a volume, mounted as /opt/python
# For a cluster that cannot pull an image. Elsewhere: FROM python:3.13-slim, pip install fovea-mlops.
set -euo pipefail
python=$1 root=$2
rm -rf "$root"
mkdir -p "$root/usr/bin" "$root/lib64" "$root/tmp" "$root/opt/python" "$root/etc" "$root/job"
eval "$("$python" - <<'P'
import shlex, sys, sysconfig
print("base=" + shlex.quote(sys.base_prefix))
print("binary=" + shlex.quote(sysconfig.get_path("scripts", vars={"base": sys.base_prefix}) + f"/python{sys.version_info[0]}.{sys.version_info[1]}"))
print("stdlib=" + shlex.quote(sysconfig.get_path("stdlib")))
P
)"
binary=$(readlink -f "$binary")
mkdir -p "$root$(dirname "$binary")" "$root$(dirname "$stdlib")"
cp "$binary" "$root$binary"
ln -s "$binary" "$root/usr/bin/python3"
cp -r "$stdlib" "$root$(dirname "$stdlib")/"
rm -rf "$root$stdlib"/{test,idlelib,tkinter,turtledemo,ensurepip,site-packages,dist-packages,config-*}
find "$root$stdlib" -name __pycache__ -prune -exec rm -rf {} +
# The libraries that the interpreter, its modules and the packages of the volume are linked to, with the loader.
packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
{ echo "$binary"; find "$stdlib/lib-dynload" -name '*.so'; find "$packages/numpy" "$packages/onnxruntime" -name '*.so*'; ls "$packages"/torch/lib/libtorch_cpu.so; } |
  xargs -d '\n' ldd 2>/dev/null | grep -o '/[^ )]*' | grep -v ':$' | sort -u | while read -r library; do
    case $library in "$packages"/*) continue ;; esac
    [ -f "$library" ] || continue
    mkdir -p "$root$(dirname "$library")"
    [ -e "$root$library" ] || cp -L "$library" "$root$library"
  done
for extra in libgomp.so.1 libdl.so.2 librt.so.1 libpthread.so.0 libutil.so.1; do
  file=$(ldconfig -p | awk -v name="$extra" '$1 == name && !found++ {print $NF}')
  [ -z "$file" ] || [ -e "$root$file" ] || { mkdir -p "$root$(dirname "$file")"; cp -L "$file" "$root$file"; }
done
printf 'root:x:0:0::/:/usr/sbin/nologin\nnobody:x:65532:65532::/tmp:/usr/sbin/nologin\n' > "$root/etc/passwd"
chmod 1777 "$root/tmp"
