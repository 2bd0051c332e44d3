/** Regular expressions over the path of the host that a mount shows. */

/** Files as disks have them: procfs and sysfs keep no set-user-id bits, no attributes and no device nodes (fs/proc/generic.c, fs/kernfs/inode.c). */
export const ORDINARY_FILES = '^(?!/(proc|sys)(/|$))';

/** Files whose mode and owner capabilities override: proc_sys_permission() and proc_sys_setattr() (fs/proc/proc_sysctl.c) ask for none. */
export const OVERRIDABLE_FILES = '^(?!/proc/sys(/|$))';
