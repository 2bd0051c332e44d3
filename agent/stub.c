/*
 * The stub: the only part of Cofferdam that runs inside a sandbox. It knows nothing of probes; it carries out raw system
 * calls that the session asks for over standard input, and answers on standard output. README.md describes the protocol.
 *
 * Freestanding: no libc, no start files, no /proc, no /dev, no files at all. After start it needs read, write and
 * exit_group (or exit) alone; whatever else it calls, the session asked for.
 */
#include <stddef.h>
#include <stdint.h>

#define PROTOCOL 1
#define MEMORY_SIZE 65536
#define FRAME_MAX 32768
#define CALLS_MAX 512

#if defined(__x86_64__)
#define MACHINE 62 /* EM_X86_64 */
enum {
	NR_READ = 0, NR_WRITE = 1, NR_PAUSE = 34, NR_SETITIMER = 38, NR_GETPID = 39, NR_CLONE = 56, NR_EXIT = 60, NR_WAIT4 = 61, NR_KILL = 62,
	NR_PRCTL = 157, NR_EXIT_GROUP = 231, NR_SECCOMP = 317
};
#elif defined(__aarch64__)
#define MACHINE 183 /* EM_AARCH64 */
/* No pause(2) here: ppoll(2) of no descriptors without a limit waits as long. */
enum {
	NR_READ = 63, NR_WRITE = 64, NR_PAUSE = 73, NR_EXIT = 93, NR_EXIT_GROUP = 94, NR_SETITIMER = 103, NR_KILL = 129, NR_PRCTL = 167,
	NR_GETPID = 172, NR_CLONE = 220, NR_WAIT4 = 260, NR_SECCOMP = 277
};
#else
#error "no such machine"
#endif

#define EINTR 4
#define EAGAIN 11
#define EINVAL 22
#define ENOSYS 38
#define SIGCHLD 17
#define SIGKILL 9
#define PR_SET_PDEATHSIG 1
#define PR_SET_SECCOMP 22
#define SECCOMP_MODE_STRICT 1
#define SECCOMP_SET_MODE_STRICT 0
#define WALL 0x40000000 /* __WALL */
/* CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET: with any other flag the child would share what the parent needs. */
#define NAMESPACES 0x7e020000u
#define STOPPED(status) (((status) & 0xff) == 0x7f)

enum request { WRITE = 1, READ = 2, CALLS = 3, FORK = 4, SPAWN = 5, EXIT = 6 };
enum reply { HELLO = 128, DONE = 129, DATA = 130, RESULTS = 131, PARENT = 132, CHILD = 133, ENDED = 134, STALE = 135, REFUSED = 255 };
enum entry { NATIVE = 0, INT80 = 1 };

/* `depth`: how many forks stand between the first stub and the one that is meant, or that answers. */
typedef struct { uint32_t length; uint8_t kind, depth; uint16_t zero; } header;
/* Bytes laid into memory before the calls, bytes taken from it after them: an exchange is one frame each way. */
typedef struct { uint32_t put_at, put, take_at, take, count, zero; } exchange;
typedef struct { uint32_t number; uint8_t results, entry; uint16_t zero; uint64_t args[6]; } call;
typedef struct { header head; uint8_t payload[FRAME_MAX]; } frame;

static uint8_t memory[MEMORY_SIZE] __attribute__((aligned(64)));
static frame in __attribute__((aligned(16))), out __attribute__((aligned(16)));
static uint8_t depth;
/* Seccomp's first mode kills for exit_group. It can only come from a call of ours, as execve is not possible under it. */
static uint8_t strict;

static int64_t sys(uint64_t n, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
#if defined(__x86_64__)
	register uint64_t r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
	int64_t result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
	return result;
#else
	register uint64_t x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c, x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = f;
	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
	return x0;
#endif
}
#define sys3(n, a, b, c) sys(n, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), 0, 0, 0)

/* The 32-bit entry: addresses must lie below 4 GiB, so the program is linked at a low one. */
static int64_t sys32(const call *c, const uint64_t *args) {
#if defined(__x86_64__)
	int64_t result;
	uint64_t rbp_value = args[5];
	/* rbp is the sixth argument, and may be the frame pointer (the push needs -mno-red-zone). int $0x80 zeroes r8 to r11 on older kernels. */
	__asm__ volatile("push %%rbp\n\tmov %[f], %%rbp\n\tint $0x80\n\tpop %%rbp"
		: "=a"(result) : "a"((uint64_t)c->number), "b"(args[0]), "c"(args[1]), "d"(args[2]), "S"(args[3]), "D"(args[4]), [f] "r"(rbp_value)
		: "r8", "r9", "r10", "r11", "memory");
	return (int32_t)result;
#else
	(void)c, (void)args;
	return -ENOSYS;
#endif
}

static _Noreturn void leave(int code) {
	/* Where the one is refused, the other may not be. A filter may refuse both, but not a fault (force_sig_fault(), kernel/signal.c). */
	if (!strict) sys3(NR_EXIT_GROUP, code, 0, 0);
	sys3(NR_EXIT, code, 0, 0);
	__builtin_trap();
}

/* All of it, however small the pieces that come; the end of the stream is the end of the stub. */
static void receive(void *to, size_t length) {
	for (uint8_t *at = to; length > 0;) {
		int64_t got = sys3(NR_READ, 0, at, length);
		if (got == -EINTR || got == -EAGAIN) continue;
		if (got <= 0) leave(0);
		at += got, length -= got;
	}
}

static void transmit(const void *from, size_t length) {
	for (const uint8_t *at = from; length > 0;) {
		int64_t put = sys3(NR_WRITE, 1, at, length);
		if (put == -EINTR || put == -EAGAIN) continue;
		if (put <= 0) leave(0);
		at += put, length -= put;
	}
}

static void reply(uint8_t kind, uint32_t length) {
	out.head = (header){ .length = length, .kind = kind, .depth = depth };
	transmit(&out, sizeof out.head + length);
}

static void answer(uint8_t kind, int64_t a, int64_t b) {
	int64_t *values = (int64_t *)out.payload;
	values[0] = a, values[1] = b;
	reply(kind, 16);
}

static int within(uint32_t offset, uint32_t length, uint32_t size) {
	return offset <= size && length <= size - offset;
}

static void copy(uint8_t *to, const uint8_t *from, uint32_t length) {
	while (length-- > 0) *to++ = *from++;
}

static int makes_strict(uint32_t number, const uint64_t *args) {
	return (number == NR_PRCTL && args[0] == PR_SET_SECCOMP && args[1] == SECCOMP_MODE_STRICT)
		|| (number == NR_SECCOMP && args[0] == SECCOMP_SET_MODE_STRICT);
}

/* False: no such frame. */
static int perform(uint32_t length) {
	const exchange *x = (const exchange *)in.payload;
	const call *calls = (const call *)(x + 1);
	int64_t *results = (int64_t *)out.payload;
	if (length < sizeof *x || x->count > CALLS_MAX || x->take > FRAME_MAX - 8 * x->count) return 0;
	uint32_t before = sizeof *x + x->count * sizeof *calls;
	if (length < before || length - before != x->put) return 0;
	if (!within(x->put_at, x->put, MEMORY_SIZE) || !within(x->take_at, x->take, MEMORY_SIZE)) return 0;
	copy(memory + x->put_at, in.payload + before, x->put);
	for (uint32_t i = 0; i < x->count; i++) {
		uint64_t args[6];
		for (int k = 0; k < 6; k++) {
			args[k] = calls[i].args[k];
			/* An argument may be the result of an earlier call of the batch: the descriptor that an open gave. */
			if (calls[i].results >> k & 1) args[k] = args[k] < i ? (uint64_t)results[args[k]] : (uint64_t)-1;
		}
		results[i] = calls[i].entry == INT80 ? sys32(&calls[i], args)
			: sys(calls[i].number, args[0], args[1], args[2], args[3], args[4], args[5]);
		if (results[i] == 0 && makes_strict(calls[i].number, args)) strict = 1;
	}
	copy(out.payload + 8 * x->count, memory + x->take_at, x->take);
	reply(RESULTS, 8 * x->count + x->take);
	return 1;
}

static int64_t clone(uint64_t flags) {
	return sys(NR_CLONE, flags | SIGCHLD, 0, 0, 0, 0, 0);
}

/* The child goes on with the conversation; the parent says how it ended, and goes on then. */
static void fork_child(uint64_t flags, uint64_t seconds) {
	int64_t pid = clone(flags);
	if (pid == 0) {
		uint64_t timer[4] = { 0, 0, seconds, 0 };
		depth++;
		sys3(NR_PRCTL, PR_SET_PDEATHSIG, SIGKILL, 0);
		if (seconds) sys3(NR_SETITIMER, 0, timer, 0);
		answer(CHILD, sys3(NR_GETPID, 0, 0, 0), 0);
		return;
	}
	answer(PARENT, pid, 0);
	if (pid < 0) return;
	int status = 0;
	int64_t ended;
	for (;;) {
		ended = sys(NR_WAIT4, pid, (uint64_t)&status, WALL, 0, 0, 0);
		if (ended == -EINTR) continue;
		if (ended != pid || !STOPPED(status)) break;
		/* It asked to be traced and stopped for a signal: nobody else will make it go on. */
		sys3(NR_KILL, pid, SIGKILL, 0);
	}
	answer(ENDED, ended, status);
}

/* A child that does nothing until it is killed: somebody to look at, trace, or take namespaces from. */
static void spawn_child(uint64_t flags) {
	int64_t pid = clone(flags);
	if (pid == 0) {
		sys3(NR_PRCTL, PR_SET_PDEATHSIG, SIGKILL, 0);
		while (sys3(NR_PAUSE, 0, 0, 0) == -EINTR) {}
		leave(0);
	}
	answer(PARENT, pid, 0);
}

static void serve(void) {
	receive(&in.head, sizeof in.head);
	uint32_t length = in.head.length;
	uint64_t *words = (uint64_t *)in.payload;
	uint32_t *halves = (uint32_t *)in.payload;
	/* What is too long cannot be skipped without trusting it: the conversation is over. */
	if (length > FRAME_MAX) { answer(REFUSED, EINVAL, in.head.kind); leave(1); }
	receive(in.payload, length);
	/* Meant for a child that died before it read it. */
	if (in.head.depth != depth) { answer(STALE, in.head.kind, in.head.depth); return; }
	switch (in.head.kind) {
	case WRITE:
		if (length < 4 || !within(halves[0], length - 4, MEMORY_SIZE)) break;
		copy(memory + halves[0], in.payload + 4, length - 4);
		reply(DONE, 0);
		return;
	case READ:
		if (length != 8 || halves[1] > FRAME_MAX || !within(halves[0], halves[1], MEMORY_SIZE)) break;
		copy(out.payload, memory + halves[0], halves[1]);
		reply(DATA, halves[1]);
		return;
	case CALLS:
		if (!perform(length)) break;
		return;
	case FORK:
		if (length != 16 || depth == 255 || words[0] & ~(uint64_t)NAMESPACES) break;
		fork_child(words[0], words[1]);
		return;
	case SPAWN:
		if (length != 8 || words[0] & ~(uint64_t)NAMESPACES) break;
		spawn_child(words[0]);
		return;
	case EXIT: leave(length >= 4 ? (int)halves[0] : 0);
	}
	answer(REFUSED, EINVAL, in.head.kind);
}

__attribute__((used)) static void start(void) {
	/* What a runtime prints before it comes here is told apart by these bytes. */
	static struct { uint8_t magic[16]; header head; uint32_t version, machine; uint64_t base; uint32_t memory, frame; uint64_t zero; } hello = {
		.magic = "\nCOFFERDAM-STUB\n", .head = { .length = 32, .kind = HELLO },
		.version = PROTOCOL, .machine = MACHINE, .memory = MEMORY_SIZE, .frame = FRAME_MAX,
	};
	hello.base = (uint64_t)memory;
	transmit(&hello, sizeof hello);
	for (;;) serve();
}

/* The kernel enters here with the argument vector on the stack and nothing to return to. */
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tand $-16, %rsp\n\tcall start\n");
#else
__asm__(".globl _start\n_start:\n\tmov x29, #0\n\tbl start\n");
#endif
