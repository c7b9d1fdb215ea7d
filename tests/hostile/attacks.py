"""Code that attacks the machine, the run, the other students, or the instructor."""

from tests.hostile.cases import ANSWER, SECRET, attack, case, cell, code, save

attack("kills_itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
attack("segmentation_fault", "import ctypes\nctypes.string_at(0)")
attack(
    "kills_everybody",
    "import os, signal\nfor p in (os.getppid(), -1):\n    try: os.kill(p, signal.SIGKILL)\n    except OSError as e: print(e)",
)
attack("loops_for_ever", "while True: pass")
attack(
    "loops_for_ever_deaf_to_interrupts",
    "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
)
attack("sleeps_for_ever", "import time\ntime.sleep(10**6)")
attack("asks_a_question", "input('What is the answer? ')")
attack("recursion_without_end", "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()")
attack("all_the_memory", "hoard = []\nwhile True: hoard.append(bytearray(10**8))")
attack(
    "all_the_memory_in_children",
    "import os\nfor _ in range(20):\n    if os.fork() == 0:\n        x = bytearray(10**9); os._exit(0)",
)
attack("a_fork_bomb", "import os\nwhile True:\n    try: os.fork()\n    except OSError: break")
attack(
    "a_thread_bomb",
    "import threading, time\ntry:\n    while True: threading.Thread(target=time.sleep, args=(999,), daemon=True).start()\nexcept RuntimeError as e: print(e)",
)
attack(
    "all_the_disk",
    "try:\n    with open('big', 'wb') as f:\n        while True: f.write(bytes(10**7))\nexcept OSError as e: print(e)",
)
attack(
    "all_the_files",
    "import os\nopen_files = []\ntry:\n    while True: open_files.append(open(os.devnull))\nexcept OSError as e: pass",
)
attack(
    "memory_that_no_process_counts_as_its_own",
    "import mmap\nheld = []\nwhile True:\n    held.append(mmap.mmap(-1, 10**8))\n    held[-1].write(b'x' * 10**8)",
)
attack(
    "the_folder_of_its_sockets_filled",
    """
import glob, os, time
from ipykernel import get_connection_file
for number in range(10**4):
    with open(os.path.join(os.path.dirname(get_connection_file()), str(number)), 'wb') as f: f.write(bytes(10**6))
time.sleep(60)
""",
)
attack(
    "a_configuration_for_the_next_kernel",
    """
import os
for place in ('/etc/ipython', '/home', '/dev', '/', '/mnt', '/usr/etc/ipython'):
    try:
        os.makedirs(place, exist_ok=True)
        open(place + '/ipython_kernel_config.py', 'w').write('exit()'); print('WROTE', place)
    except OSError as e: print(type(e).__name__)
""",
)
attack(
    "namespaces_of_its_own",
    "import subprocess\nif subprocess.run(['unshare', '-Urm', 'true'], capture_output=True).returncode == 0: print('GAINED')",
)
attack("errors_with_endless_names", "raise type('x' * 10**8, (Exception,), {})('why')")
attack("a_flood_of_output", "for n in range(300_000): print('pineapple' * 20)")
attack(
    "a_flood_of_pictures",
    "from IPython.display import display\nfor n in range(3000): display({'text/plain': 'x' * 10_000}, raw=True)",
)
attack("an_error_of_a_hundred_megabytes", "def double(x):\n    raise ValueError('x' * 10**8)")
attack("a_daemon_that_stays", "import subprocess\nsubprocess.Popen(['sleep', '987654'], start_new_session=True)")
attack("the_kernel_restarts_itself", "get_ipython().kernel.do_shutdown(True)")
attack("the_home_deleted", "import os, shutil\nshutil.rmtree(os.getcwd(), ignore_errors=True)\nos.chdir('/')")
attack(
    "everything_deleted",
    "import subprocess\nsubprocess.run('rm -rf / --no-preserve-root', shell=True, capture_output=True)",
)
attack(
    "the_network",
    """
import socket
for where in (('127.0.0.1', 80), ('127.0.0.1', 22), ('10.0.0.1', 80), ('8.8.8.8', 53)):
    try: socket.create_connection(where, timeout=0.5); print('REACHED', where)
    except OSError as e: print(type(e).__name__)
""",
)
attack(
    "everything_readable_searched",
    f"""
import os
for folder, _, names in os.walk('/', followlinks=False):
    if folder.startswith(('/proc', '/sys', '/usr', '/dev')): continue
    for name in names:
        if 'site-packages' not in folder and (name in ('gradebook.db', 'fresh_seed') or 'hidden_labels' in folder): print('FOUND', folder, name)
        try:
            path = os.path.join(folder, name)
            if os.path.getsize(path) < 10_000 and '{SECRET[:9]}' + '{SECRET[9:]}' in open(path, errors='ignore').read(): print('FOUND', path)
        except OSError: pass
""",
)
attack("the_environment", "import os\nprint(dict(os.environ))\nprint(open('/proc/1/environ').read())")
attack(
    "other_processes",
    """
import os
for pid in filter(str.isdigit, os.listdir('/proc')):
    for what in ('environ', 'cmdline'):
        try: print(pid, open(f'/proc/{pid}/{what}').read())
        except OSError as e: print(pid, e)
""",
)
attack(
    "writes_where_it_may_only_read",
    """
import os, sys, pathlib, shared
for place in (os.environ.get('LAB_CACHE', '/'), sys.prefix, sys.base_prefix, pathlib.Path(shared.__file__).parent, '/usr/lib', '/etc', '/'):
    try: (pathlib.Path(place) / 'pwned.txt').write_text('x'); print('WROTE', place)
    except OSError as e: print(type(e).__name__)
""",
)
attack(
    "more_rights",
    "import os, subprocess\nfor f in (lambda: os.setuid(0), lambda: subprocess.run(['mount', '-t', 'tmpfs', 'x', '/usr'], check=True)):\n    try: f(); print('GAINED')\n    except Exception as e: print(type(e).__name__)",
)
attack(
    "limits_lifted",
    "import resource\ntry: resource.setrlimit(resource.RLIMIT_DATA, (-1, -1)); print('GAINED')\nexcept Exception as e: print(type(e).__name__)",
)
attack(
    "the_system_clock_set",
    "import time\ntry: time.clock_settime(time.CLOCK_REALTIME, 0); print('GAINED')\nexcept Exception as e: print(type(e).__name__)",
)
attack(
    "the_sockets_of_its_own_kernel",
    "import json, glob, os\nfrom ipykernel import get_connection_file\npath = get_connection_file()\nfor other in glob.glob('/tmp/*/*'): print('SEEN', other)\nos.remove(path)",
)
attack(
    "a_message_that_is_none",
    "k = get_ipython().kernel\nfor kind in ('status', 'stream', 'execute_reply', 'comm_open', 'nonsense'):\n    k.session.send(k.iopub_socket, kind, {'name': 7, 'text': None, 'execution_state': []}, parent=k.get_parent())",
)
attack(
    "scripts_in_the_outputs",
    "from IPython.display import HTML, Javascript, display\ndisplay(HTML('<script>alert(1)</script><iframe src=x>'), Javascript('alert(1)'))",
)
attack("colours_and_bells", "print('\\x1b[2J\\x1b]0;owned\\x07\\x9b31m\\u202e')")


@case(score=0)
def hidden_tests_printed(folder, notebook):
    """Each cell that ran is printed in the student's own cell; the page that comes back must not show hidden tests."""
    cell(notebook, "double")["source"] = "def double(x):\n    return 7"
    notebook["cells"].append(code("print(*get_ipython().user_ns['In'], sep='\\n')"))
    save(folder, notebook)


attack(
    "hidden_tests_in_the_error_messages",
    "from shared import checks as c\nclass E(AssertionError): pass\ndef tell(*a, **k): raise E(get_ipython().user_ns['In'][-1])\nc.close = tell",
)


@case()
def a_broken_cell_beside_a_right_answer(folder, notebook):
    """Honest: an experiment at the end that fails costs nothing."""
    cell(notebook, "double")["source"] = ANSWER
    notebook["cells"].append(code("1 / 0\ndef broken(:"))
    save(folder, notebook)


@case()
def a_right_answer_among_much_talk(folder, notebook):
    cell(notebook, "double")["source"] = ANSWER
    notebook["cells"].insert(3, code("for n in range(60_000): print(n, 'is a number')"))
    save(folder, notebook)


attack(
    "memory_that_is_mapped_nowhere",
    """
import os
held = os.memfd_create("held")
for _ in range(50): os.write(held, bytes(10**8))
print('GAINED')
""",
)
attack(
    "memory_in_the_files_of_three_folders",
    """
import mmap, os, time
for folder in ('/tmp', '/dev/shm', os.environ['HOME']):
    with open(f'{folder}/held', 'wb') as file:
        for _ in range(50): file.write(bytes(10**7))
held = mmap.mmap(-1, 18 * 10**8)
for _ in range(180): held.write(bytes(10**7))
time.sleep(2)
print('GAINED')
""",
)
attack(
    "memory_in_full_sockets",
    """
import os, socket, time
for _ in range(8):
    if os.fork() == 0:
        held = [socket.socketpair() for _ in range(450)]
        time.sleep(4)
        os._exit(0)
time.sleep(2)
print('GAINED')
""",
)
attack(
    "shared_memory_that_is_attached_nowhere",
    """
import ctypes
libc = ctypes.CDLL(None)
if libc.shmget(0, ctypes.c_size_t(10**9), 0o1600) >= 0: print('GAINED')
""",
)
attack(
    "keys_of_the_session_read_and_written",
    """
import ctypes, platform
libc = ctypes.CDLL(None)
add, control = (248, 250) if platform.machine() == "x86_64" else (217, 219)
if libc.syscall(add, b"user", b"t", b"left", 4, ctypes.c_long(-3)) > 0: print('WROTE')
if libc.syscall(control, 11, ctypes.c_long(-3), ctypes.create_string_buffer(99), 99) >= 0: print('REACHED')
""",
)
attack(
    "the_machines_host",
    "import socket\ntry:\n    socket.socket(40, socket.SOCK_STREAM); print('REACHED')\nexcept OSError as e: print(e)",
)
