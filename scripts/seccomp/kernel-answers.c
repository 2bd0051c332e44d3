/*
 * What the comparison of seccomp filters needs of C, one mode a run:
 *
 *   kernel-answers read PID           each filter of a stopped or running process, the oldest first, one line of hexadecimal digits each
 *   kernel-answers numbers < names    what the installed libseccomp takes them for on x86-64, i386 and x32; names that it does not know are left out
 *   kernel-answers kernel < request   what the kernel itself answers (see struct request)
 *
 * Nothing is ever executed on the kernel's behalf in the last mode: the caller has turned every answer of the program into an error
 * number of its own, so that no call passes, and the child that makes the calls is killed afterwards, as it cannot even exit.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static int read_filters(pid_t pid)
{
	if (ptrace(PTRACE_SEIZE, pid, 0, 0) != 0)
		fail("PTRACE_SEIZE");
	if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) != 0)
		fail("PTRACE_INTERRUPT");
	if (waitpid(pid, NULL, __WALL) != pid)
		fail("waitpid");
	for (long index = 0;; index++) {
		struct sock_filter filter[BPF_MAXINSNS];
		long count = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, index, filter);
		if (count < 0 && errno == ENOENT)
			return 0;
		if (count < 0)
			fail("PTRACE_SECCOMP_GET_FILTER");
		for (size_t i = 0; i < count * sizeof *filter; i++)
			printf("%02x", ((unsigned char *)filter)[i]);
		putchar('\n');
	}
}

static int numbers(void)
{
	/* SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32 */
	const uint32_t arches[] = {0xc000003e, 0x40000003, 0x4000003e};
	void *library = dlopen("libseccomp.so.2", RTLD_NOW);
	if (library == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	int (*resolve)(const char *) = (int (*)(const char *))dlsym(library, "seccomp_syscall_resolve_name");
	int (*resolve_arch)(uint32_t, const char *) =
		(int (*)(uint32_t, const char *))dlsym(library, "seccomp_syscall_resolve_name_arch");
	char name[128];
	while (fgets(name, sizeof name, stdin) != NULL) {
		name[strcspn(name, "\n")] = 0;
		if (resolve(name) == -1)
			continue;
		printf("%s", name);
		for (int i = 0; i < 3; i++)
			printf(" %d", resolve_arch(arches[i], name));
		putchar('\n');
	}
	return 0;
}

/* Each part is a count (u32) and its items: the program as it is, the program whose answers are error numbers, the samples. */
struct sample {
	uint32_t arch;
	uint32_t nr;
	uint64_t args[6];
};

static void *read_part(size_t size, uint32_t *count)
{
	if (fread(count, sizeof *count, 1, stdin) != 1)
		fail("read");
	void *items = malloc((size_t)*count * size);
	if (items == NULL || fread(items, size, *count, stdin) != *count)
		fail("read");
	return items;
}

static int32_t call64(const struct sample *s)
{
	register uint64_t r10 asm("r10") = s->args[3];
	register uint64_t r8 asm("r8") = s->args[4];
	register uint64_t r9 asm("r9") = s->args[5];
	long result;
	asm volatile("syscall"
		     : "=a"(result)
		     : "a"((uint64_t)s->nr), "D"(s->args[0]), "S"(s->args[1]), "d"(s->args[2]), "r"(r10), "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return (int32_t)result;
}

/* Compiled without a red zone, as it pushes. */
static int32_t call32(const struct sample *s)
{
	register uint64_t sixth asm("r8") = s->args[5];
	long result;
	asm volatile("push %%rbp\n\tmov %[sixth], %%rbp\n\tint $0x80\n\tpop %%rbp"
		     : "=a"(result), [sixth] "+r"(sixth)
		     : "a"((uint64_t)s->nr), "b"(s->args[0]), "c"(s->args[1]), "d"(s->args[2]), "S"(s->args[3]), "D"(s->args[4])
		     : "r9", "r10", "r11", "memory");
	return (int32_t)result;
}

#define AUDIT_ARCH_I386 0x40000003u

struct shared {
	volatile int state; /* 1: installed, 2: all calls made, -errno: not installed */
	int32_t results[];
};

static void child(struct shared *shared, struct sock_filter *filter, uint32_t length, const struct sample *samples, uint32_t count)
{
	struct sock_fprog program = {.len = length, .filter = filter};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
		shared->state = -errno;
		_exit(0);
	}
	shared->state = 1;
	for (uint32_t i = 0; i < count; i++)
		shared->results[i] = samples[i].arch == AUDIT_ARCH_I386 ? call32(&samples[i]) : call64(&samples[i]);
	if (count > 0)
		shared->state = 2;
	for (;;)
		asm volatile("pause");
}

/* Runs a child until it reaches the state, and kills it: under the filter it can make no call, not even exit. */
static void run_child(struct shared *shared, int until, struct sock_filter *filter, uint32_t length, const struct sample *samples,
		      uint32_t count)
{
	shared->state = 0;
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child(shared, filter, length, samples, count);
	}
	if (pid < 0)
		fail("fork");
	const struct timespec moment = {.tv_nsec = 200000};
	pid_t ended = 0;
	for (int waited = 0; shared->state >= 0 && shared->state < until && ended == 0 && waited < 50000; waited++) {
		nanosleep(&moment, NULL);
		ended = waitpid(pid, NULL, WNOHANG);
	}
	if (ended == 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	if (shared->state != until) {
		uint32_t made = 0;
		while (made < count && shared->results[made] != 0)
			made++;
		fprintf(stderr, "call %u of %u: ", made, count);
		fprintf(stderr, "the kernel did not take the filter, or a call was answered by the end of its caller (%d)\n", shared->state);
		exit(1);
	}
}

static int ask_kernel(void)
{
	uint32_t length, rewritten_length, count;
	struct sock_filter *program = read_part(sizeof *program, &length);
	struct sock_filter *rewritten = read_part(sizeof *rewritten, &rewritten_length);
	struct sample *samples = read_part(sizeof *samples, &count);
	size_t size = sizeof(struct shared) + count * sizeof(int32_t);
	struct shared *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		fail("mmap");
	for (uint32_t i = 0; i < rewritten_length; i++)
		if (rewritten[i].code == (BPF_RET | BPF_K) && (rewritten[i].k & 0xffff0000u) != SECCOMP_RET_ERRNO)
			return fprintf(stderr, "instruction %u would let a call pass\n", i), 1;
	run_child(shared, 1, program, length, samples, 0);
	run_child(shared, 2, rewritten, rewritten_length, samples, count);
	fwrite(shared->results, sizeof(int32_t), count, stdout);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "read") == 0)
		return read_filters(atoi(argv[2]));
	if (argc == 2 && strcmp(argv[1], "numbers") == 0)
		return numbers();
	if (argc == 2 && strcmp(argv[1], "kernel") == 0)
		return ask_kernel();
	fprintf(stderr, "kernel-answers read PID | numbers | kernel\n");
	return 2;
}
