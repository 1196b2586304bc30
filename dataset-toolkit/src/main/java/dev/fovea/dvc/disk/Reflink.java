package dev.fovea.dvc.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Clones a file: both share their blocks until one of them is written to. This is Linux's {@code
 * FICLONE} of {@code ioctl_ficlonerange(2)}, as dvc-objects 5.2 asks for it; the JDK's own copy
 * clones where it can, and does not say whether it did.
 */
public final class Reflink {
  private static final long FICLONE = 0x40049409L;
  private static final int READ_CLOSE_ON_EXEC = 0x80000;
  private static final int WRITE_CLOSE_ON_EXEC = 0x80001;

  /** File systems that never clone: there, nothing native is loaded to find out. */
  private static final Set<String> NEVER =
      Set.of("ext2", "ext3", "ext4", "tmpfs", "ramfs", "vfat", "exfat", "msdos", "squashfs");

  private Reflink() {}

  /** Whether it is worth trying for the files of a folder. */
  public static boolean mayWork(Path folder) throws IOException {
    var machine = System.getProperty("os.arch", "");
    return System.getProperty("os.name", "").equals("Linux")
        && (machine.equals("amd64") || machine.equals("aarch64"))
        && !NEVER.contains(Files.getFileStore(folder).type().toLowerCase(Locale.ROOT));
  }

  /**
   * Clones a file to one that is not there yet.
   *
   * @return whether it did; else nothing is left behind
   */
  public static boolean clone(Path from, Path fresh) throws IOException {
    Files.createFile(fresh);
    boolean done = false;
    try {
      done = Native.clone(from, fresh);
      return done;
    } finally {
      if (!done) {
        Files.deleteIfExists(fresh);
      }
    }
  }

  /** C's functions; loaded when the first file is cloned. */
  private static final class Native {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle OPEN =
        function(
            "open",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL =
        function(
            "ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
        function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private static MethodHandle function(
        String name, FunctionDescriptor shape, Linker.Option... options) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, options);
    }

    public static boolean clone(Path from, Path to) {
      int source = open(from, READ_CLOSE_ON_EXEC);
      int target = open(to, WRITE_CLOSE_ON_EXEC);
      try {
        return source >= 0 && target >= 0 && (int) IOCTL.invokeExact(target, FICLONE, source) == 0;
      } catch (Throwable e) {
        throw new IllegalStateException("ioctl", e);
      } finally {
        close(source);
        close(target);
      }
    }

    private static int open(Path file, int flags) {
      try (var arena = Arena.ofConfined()) {
        return (int) OPEN.invokeExact(arena.allocateFrom(file.toString()), flags);
      } catch (Throwable e) {
        throw new IllegalStateException("open", e);
      }
    }

    private static void close(int file) {
      try {
        if (file >= 0) {
          int _ = (int) CLOSE.invokeExact(file);
        }
      } catch (Throwable e) {
        throw new IllegalStateException("close", e);
      }
    }
  }
}
