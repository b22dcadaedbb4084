"""Unpacks natives of an application's jars for cuda.Dockerfile, by the rules of recipes.yaml: DJL's native code of the flavour that is
named instead of the CPU's, and not libtorch, which the base image has.

    python natives.py RECIPES APPLICATION ROOT FLAVOUR
"""
import os
import platform
import re
import sys
import zipfile

recipes, application, root, flavour = sys.argv[1:]
machine = "linux-x86[-_]64" if platform.machine() == "x86_64" else "linux-(?:aarch64|arm64)"
text = open(recipes, encoding="utf-8").read()
rules = re.findall(r"^  - \{jar: '(.*)', entry: '(.*)', to: (\S+)}$", text, re.M)
assert len(rules) == text.count("- {jar:"), "recipes.yaml has natives that this script cannot read"
for jar, entry, to in rules:
    if "pytorch-native" in jar:
        continue
    wanted = re.compile(entry.replace("MACHINE/cpu", "MACHINE/" + flavour).replace("MACHINE", machine))
    folder = os.path.join(root, to.lstrip("/"))
    os.makedirs(folder, exist_ok=True)
    for at, _, names in os.walk(os.path.join(application, "lib")):
        for name in filter(re.compile(jar).fullmatch, names):
            with zipfile.ZipFile(os.path.join(at, name)) as zipped:
                for inside in zipped.namelist():
                    found = wanted.fullmatch(inside)
                    if found:
                        target = os.path.join(folder, found.group(1))
                        with open(target, "wb") as out:
                            out.write(zipped.read(inside))
                        os.chmod(target, 0o555)
                        print(target)
