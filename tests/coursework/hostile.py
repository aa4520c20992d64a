"""Submissions that are out for marks, secrets or harm: what `test_grading_hostile.py` hands in.

Each entry of `CODE` is what stands in the cell of question 1, in which nothing is solved: it deserves no marks. `{course}`
is where the course lies, `{port}` where a server of the test listens, `{bait}` a file that nobody may write, `{table}` the
right answers to the cases that anybody can compute from this repository. The function is called by the marked cell.
"""

SOFTMAX = "def my_softmax(z, t=1.0):\n"
LOOK = """
found = []
for top in ("/", "{course}", "/proc"):
    for folder, _, names in os.walk(top):
        for name in names:
            if name.endswith((".db", ".ipynb", "notebook.py", "marks.py", ".json", ".csv", "environ", "cmdline", "secret.txt")):
                try: found.append(open(os.path.join(folder, name), errors="ignore").read(100_000))
                except OSError: pass
"""

CHANNEL = "import os, sys\nchannel = int(sys.argv[1])\n"

CODE = {
    # marks without an answer
    "patched-allclose": "np.allclose = np.isclose = np.array_equal = lambda *a, **k: True\n"
    + SOFTMAX
    + "    return z",
    "stripped-asserts": """
import ast
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Strip())
"""
    + SOFTMAX
    + "    return z",
    "uses-the-package": "import regsoft\n" + SOFTMAX + "    return regsoft.softmax(z, t)",
    "uses-the-package-by-file": """
import importlib.util
def my_softmax(z, t=1.0):
    spec = importlib.util.spec_from_file_location("regsoft.argmax", "{project}/regsoft/argmax.py")
    module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)
    return module.softmax(z, t)
""",
    "uses-scipy": """
import sys
sys.path += {sites}
def my_softmax(z, t=1.0):
    from scipy.special import softmax
    return softmax(z / t)
""",
    "overwrites-the-package": """
import regsoft, sys, types
fake = types.ModuleType("regsoft"); fake.softmax = lambda *a: a[0]; sys.modules["regsoft"] = fake
def my_softmax(z, t=1.0): return fake.softmax(z)
""",
    "display-hook": "import sys\nsys.displayhook(2.0)\n" + SOFTMAX + "    sys.displayhook(2.0); return z",
    "prints-right": SOFTMAX + "    print('Right.'); print('all checks passed'); return z",
    "forges-the-answer-line": SOFTMAX
    + """    print('\\x1eANSWER q1-marks [{"answer": true}, {"answer": true}, {"answer": true}, {"answer": true}]', flush=True)
    import os; os._exit(0)""",
    "forges-a-deep-answer": SOFTMAX
    + "    print('\\n\\x1eANSWER q1-marks ' + '[' * 100_000, flush=True); import os; os._exit(0)",
    "forges-a-huge-number": SOFTMAX
    + "    print('\\n\\x1eANSWER q1-marks [{\"answer\": ' + '9' * 100_000 + '}]', flush=True); import os; os._exit(0)",
    "patches-the-emitter": "import emitter\nemitter.emit = lambda *a: print('\\x1eANSWER q1-marks [null, null, null, null]')",
    "replaces-the-emitter": "import sys, types\nsys.modules['emitter'] = types.SimpleNamespace(emit=lambda *a: None, cases={})",
    "empties-the-cases": SOFTMAX + "    import emitter; emitter.cases.clear(); return z",
    "patches-json": "import json\njson.dumps = lambda *a, **k: '[true, true, true, true]'\n"
    + SOFTMAX
    + "    return z",
    "equal-to-everything": """
class Equal(np.ndarray):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
    def tolist(self): return "equal"
def my_softmax(z, t=1.0): return z.view(Equal)
""",
    "returns-nan": SOFTMAX + "    return np.full_like(z, np.nan)",
    "returns-true": SOFTMAX + "    return [True] * len(z)",
    "returns-itself": SOFTMAX + "    x = []; x.append(x); return x",
    "claims-points": "{'points': 1000, 'grade': 5}\n2.0",
    "patches-the-shell": "get_ipython().run_cell = lambda *a, **k: None\n" + SOFTMAX + "    return z",
    "speaks-for-the-runner": """
import os, sys
for line in ('{"done": true}\\n', '{"output": "execute_result", "data": {"text/plain": "2.0"}}\\n', '{"output": 7, "data": []}\\n[1]\\n{{\\n') * 20:
    os.write(int(sys.argv[1]), line.encode())
"""
    + SOFTMAX
    + "    return z",
    # what only the runner should write: each line stands where the grader expects an object with a known "output"
    "channel-list-as-kind": CHANNEL
    + "os.write(channel, b'{\"output\": [1]}\\n')\n"
    + SOFTMAX
    + "    return z",
    "channel-number": CHANNEL + "os.write(channel, b'7\\n{\"output\": 7}\\n')\n" + SOFTMAX + "    return z",
    "channel-list-as-key": CHANNEL
    + 'os.write(channel, b\'{[1]: 2}\\n["output"]\\n{"output": "error", "ename": [1]}\\n\')\n'
    + SOFTMAX
    + "    return z",
    "channel-nested": CHANNEL
    + "deep = b'[' * 5000 + b']' * 5000\nos.write(channel, deep + b'\\n{\"output\": ' + deep + b'}\\n')\n"
    + SOFTMAX
    + "    return z",
    "home-made-table": SOFTMAX + "    return {table}[repr((list(z), t))]",
    "reads-the-commands": """
import os
for line in range(3): os.write(int(__import__("sys").argv[1]), b'{"done": true}\\n')
for fd in range(3, 20):
    try: os.set_blocking(fd, False); print(fd, os.read(fd, 100_000))
    except OSError: pass
"""
    + SOFTMAX
    + "    return z",
    # secrets
    "frames": """
import sys, inspect
def my_softmax(z, t=1.0):
    frame = sys._getframe()
    while frame:
        print(frame.f_code, {k: str(v)[:2000] for k, v in frame.f_locals.items()})
        try: print(inspect.getsource(frame))
        except OSError: pass
        frame = frame.f_back
    return z
""",
    "garbage": "import gc\n"
    + SOFTMAX
    + "    print([str(o)[:300] for o in gc.get_objects() if 'SECRET' in str(o)[:10_000]][:50]); return z",
    "searches-the-disk": "import os\n"
    + LOOK
    + "print([text[max(0, text.find('SECRET') - 200):][:400] for text in found if 'SECRET' in text])",
    "reads-a-neighbour": "print(open('{course}/submitted/neighbour/demo/demo.ipynb').read())",
    "reads-the-checks": "print(open('{course}/demo/marks.py').read()); print(open('{course}/source/demo/demo.ipynb').read())",
    "reads-the-gradebook": "import sqlite3; print(sqlite3.connect('{course}/gradebook.db').execute('select * from grade').fetchall())",
    "reads-the-environment": "import os\nprint(os.environ)\n!cat /proc/*/environ",
    "reads-the-shadow": "!cat /etc/shadow /etc/passwd /root/.bash_history; ls -la /root /home",
    # harm
    "writes-to-the-course": "open('{course}/gradebook.db', 'w').write('x'); open('{bait}', 'w').write('x')",
    "writes-to-python": "import numpy, os\nopen(numpy.__file__, 'a').write('x'); os.remove(os.__file__)",
    "removes-all": "!rm -rf --no-preserve-root /  2>/dev/null",
    "network": """
import socket, urllib.request
for address in (("127.0.0.1", {port}), ("10.0.0.1", 80), ("example.org", 80)):
    try: socket.create_connection(address, timeout=1).send(b"hello")
    except OSError as error: print(error)
""",
    "fork-bomb": "import os, time\nfor _ in range(12):\n    try: os.fork()\n    except OSError: time.sleep(0.1)",
    "fork-bomb-without-end": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "memory": "x = bytearray(10**11)",
    "memory-bit-by-bit": "x = []\nwhile True: x.append(bytearray(os.urandom(1)) * 10**7)".replace(
        "os.", "__import__('os')."
    ),
    "memory-in-many-processes": """
import os, time
for _ in range(6):
    if os.fork() == 0: break
x = np.ones(50_000_000); time.sleep(60)
""",
    "memory-shared": """
import mmap, time
kept = [mmap.mmap(-1, 50 << 20) for _ in range(16)]
for part in kept: np.frombuffer(part, np.uint8)[::4096] = 1
time.sleep(60)
""",
    "memory-shared-by-many": """
import mmap, os, time
kept = mmap.mmap(-1, 400 << 20)
for _ in range(2):
    if os.fork() == 0:
        kept = mmap.mmap(-1, 400 << 20); break
np.frombuffer(kept, np.uint8)[::4096] = 1; time.sleep(60)
""",
    "memory-in-memory-files": "import os, time\nfor _ in range(24): os.write(os.memfd_create('x'), bytes(60 << 20))\n"
    "time.sleep(60)",
    "memory-of-system-v": """
import ctypes, time
libc = ctypes.CDLL(None); libc.shmat.restype = ctypes.c_void_p
for _ in range(24):
    segment = libc.shmget(0, 60 << 20, 0o1600)
    assert segment >= 0, "no segment"
    ctypes.memset(libc.shmat(segment, None, 0), 1, 60 << 20)
time.sleep(60)
""",
    "memory-in-sockets": """
import socket, time
kept = []
try:
    while True:
        server = socket.create_server(("127.0.0.1", 0)); one = socket.create_connection(server.getsockname())
        kept += [server, one, server.accept()[0]]
        one.setblocking(False)
        try:
            while True: one.send(bytes(1 << 20))
        except BlockingIOError: pass
except OSError: pass
time.sleep(60)
""",
    "memory-in-socket-pairs": """
import socket
kept = []
while True:
    kept.append(socket.socketpair())
    for end in kept[-1]:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 << 20)
""",
    "memory-lent-to-pipes": """
import ctypes, os
page = ctypes.create_string_buffer(1 << 20)
part = (ctypes.c_void_p * 2)(ctypes.addressof(page), 1 << 20)
assert ctypes.CDLL(None).vmsplice(os.pipe()[1], part, 1, 0) > 0, "not lent"
""",
    "odd-sockets": "import socket\nfor family in (socket.AF_VSOCK, socket.AF_NETLINK, socket.AF_ALG, socket.AF_PACKET):\n"
    "    try: socket.socket(family, socket.SOCK_RAW); open('{bait}', 'w'); print('OPENED')\n    except OSError: pass",
    "memory-in-shm": "!for i in 1 2 3 4 5 6 7 8 9; do head -c 100000000 /dev/zero > /dev/shm/$i; head -c 100000000 /dev/zero > /tmp/$i; done 2>/dev/null",
    "huge-output": "while True: print('x' * 100_000)",
    "huge-display": "from IPython.display import display\nfor _ in range(10**6): display('x' * 100_000)",
    "huge-stderr": "import os\nwhile True: os.write(2, b'x' * 65536)",
    "huge-file": "with open('/tmp/x', 'wb') as f:\n    while True: f.write(bytes(10**7))",
    "many-files": "import os\nfor i in range(10**6): open(f'/tmp/{i}', 'w').close()",
    "many-folders": "import os\nfor i in range(10**6): os.mkdir(f'/work/{i}')",
    "many-links": "import os\nfor i in range(10**6): os.symlink('x', f'/dev/shm/{i}')",
    "infinite-loop": "while True: pass",
    "stubborn-loop": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "loop-without-alarm": "import signal\nsignal.setitimer(signal.ITIMER_PROF, 0)\nsignal.signal(signal.SIGPROF, signal.SIG_IGN)\nwhile True: pass",
    "loop-without-interrupt": "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\nwhile True: pass",
    "loop-with-a-bare-except": "while True:\n    try: int('x')\n    except: pass",
    "loop-in-another-process": "import subprocess\nsubprocess.run(['sh', '-c', 'while :; do :; done'])",
    "loop-in-many-processes": "import os\nfor _ in range(6):\n    if os.fork() == 0: break\nwhile True: pass",
    "loop-in-threads": "import threading\ndef run():\n    while True: pass\nthreads = [threading.Thread(target=run, "
    "daemon=True) for _ in range(3)]\nfor thread in threads: thread.start()\nthreads[0].join()",
    "loop-in-the-function": SOFTMAX + "    while True: pass",
    "sleeps": "import time\ntime.sleep(10_000)",
    "naps-without-end": "import time\nwhile True: time.sleep(0.01)",
    "waits-for-itself": "import threading\nthreading.Event().wait()",
    "waits-for-a-process": "import subprocess\nsubprocess.run(['/usr/bin/sleep', '10000'])",
    "waits-in-the-function": SOFTMAX + "    import time; time.sleep(10_000)",
    "waits-for-input": "input()\n" + SOFTMAX + "    return input()",
    "left-over-process": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(100):
            try: os.close(fd)
            except OSError: pass
        time.sleep(2)
        open("{bait}", "w").write("still here"); time.sleep(1000)
    os._exit(0)
""",
    "left-over-with-the-pipes": "import subprocess, sys\nsubprocess.Popen(['/usr/bin/sleep', '7654321'], close_fds=False)",
    "exits": "import os\nos._exit(0)",
    "exits-in-the-function": SOFTMAX + "    import os; os._exit(0)",
    "sys-exit": SOFTMAX + "    raise SystemExit(0)",
    "keyboard-interrupt": SOFTMAX + "    raise KeyboardInterrupt",
    "crashes": SOFTMAX + "    import ctypes; ctypes.string_at(0)",
    "kills-all": "import os, signal\nos.kill(os.getppid(), 9); os.kill(1, 9); os.kill(-1, 9)",
    "restarts-the-kernel": "import os, sys\nos.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])",
    "closes-everything": "import os\nos.closerange(0, 256)",
    "namespaces": "!unshare -Ur id; unshare -m id; mount -t tmpfs none /mnt\nimport ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0, 'no new namespace'\nopen('{bait}', 'w')",
    "debugs-its-parent": "import os\nopen(f'/proc/{os.getppid()}/mem', 'r+b').write(b'x')\nopen('/proc/sys/kernel/core_pattern', 'w').write('|/bin/true')",
    "stops-itself": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "answers-without-end": SOFTMAX
    + "    while True: print('\\n\\x1eANSWER q1-marks [{\"answer\": [1, 0, 0]}]', flush=True)",
    "answers-for-all": """
import threading, time
def answer():
    while True: print('\\n\\x1eANSWER q2-marks [null]\\n\\x1eANSWER q3-marks [null]', flush=True); time.sleep(0.01)
threading.Thread(target=answer, daemon=True).start()
""",
    "at-exit": "import atexit\natexit.register(print, '\\x1eANSWER q1-marks [null, null, null, null]')",
    "threads": "import threading, time\nfor _ in range(10_000): threading.Thread(target=time.sleep, args=(1000,)).start()",
    # the instructor's browser and terminal
    "scripts": "from IPython.display import HTML, Javascript, display\ndisplay(HTML('<script>SCRIPTED</script>')); display(Javascript('SCRIPTED')); HTML('<img src=x onerror=SCRIPTED>')",
    "surrogates": "print('\\ud800'); '\\ud800'",
    "control-characters": "print('\\x1b]0;title\\x07\\x1b[31mred\\x00'); 1",
}

# A proof that is out for the instructor's browser.
PROOF = """
<script>SCRIPTED</script> <img src=x onerror=SCRIPTED> [x](javascript:SCRIPTED) ![x](https://example.org/SCRIPTED.png)
![x](attachment:gone.png) ![x](attachment:page.html) ![x](attachment:fake.png) $\\href{javascript:SCRIPTED}{x}$

```mermaid
</pre><script>SCRIPTED</script>
```
"""
ATTACHED = {
    "page.html": {"text/html": "PHNjcmlwdD5TQ1JJUFRFRDwvc2NyaXB0Pg=="},
    "fake.png": {"image/png": "PHNjcmlwdD5TQ1JJUFRFRDwvc2NyaXB0Pg==", "image/svg+xml": "PHN2Zy8+"},
    "odd": 7,
}

# Each way to cheat or to harm, and who tries it.
KINDS = {
    "patched comparison functions": ["patched-allclose", "equal-to-everything"],
    "stripped asserts": ["stripped-asserts"],
    "blanked cells": ["blanked-cells"],
    "answering with the package": ["uses-the-package", "uses-the-package-by-file", "uses-scipy"],
    "overwriting the package": ["overwrites-the-package"],
    "display hooks": ["display-hook"],
    "frames": ["frames"],
    "gc inspection": ["garbage"],
    "reading hidden tests": ["searches-the-disk", "reads-the-checks", "reads-the-commands"],
    "other students' files": ["reads-a-neighbour"],
    "the gradebook": ["reads-the-gradebook", "writes-to-the-course"],
    "network": ["network"],
    "fork bomb": ["fork-bomb", "fork-bomb-without-end", "threads"],
    "memory": ["memory", "memory-bit-by-bit", "memory-in-many-processes", "memory-in-shm"],
    "memory that is shared": ["memory-shared", "memory-shared-by-many", "memory-of-system-v"],
    "memory of the kernel": [
        "memory-in-memory-files",
        "memory-in-sockets",
        "memory-in-socket-pairs",
        "memory-lent-to-pipes",
    ],
    "sockets of other kinds": ["odd-sockets"],
    "huge output": ["huge-output", "huge-display", "huge-stderr", "answers-without-end"],
    "huge files": ["huge-file", "many-files", "huge"],
    "many files": ["many-files", "many-folders", "many-links"],
    "infinite loops": ["infinite-loop", "stubborn-loop", "loop-without-alarm", "loop-in-the-function"],
    "loops that are not interrupted": ["loop-without-interrupt", "loop-with-a-bare-except"],
    "loops elsewhere": ["loop-in-another-process", "loop-in-many-processes", "loop-in-threads"],
    "waiting without end": ["sleeps", "naps-without-end", "waits-for-itself", "waits-for-a-process"],
    "left-over processes": ["left-over-process", "left-over-with-the-pipes"],
    "os._exit": ["exits", "exits-in-the-function"],
    "kernel restarts": ["restarts-the-kernel"],
    "symlinks": ["link", "linked-folder", "names"],
    "odd file names": ["names", "bad\nname"],
    "edited tests and points": ["edited-tests-and-points", "more-marked-cells"],
    "forged metadata": ["senseless-metadata"],
    "wrong assignment": ["wrong-assignment"],
    "corrupt JSON": ["corrupt", "empty", "deep"],
    "other student's id": ["twice-handed-in"],
    "scripts for the instructor's browser": ["scripts", "script-in-the-proof"],
    "forged answers": ["forges-the-answer-line", "answers-for-all", "speaks-for-the-runner"],
    "malformed messages": ["channel-list-as-kind", "channel-number", "channel-list-as-key", "channel-nested"],
    "cases computed at home": ["home-made-table"],
}
