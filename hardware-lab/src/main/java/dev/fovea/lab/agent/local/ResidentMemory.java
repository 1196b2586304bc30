package dev.fovea.lab.agent.local;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this process holds now. */
sealed interface ResidentMemory {
  /** In bytes. */
  long bytes();

  /** How the number comes about, for the profile's facts. */
  String method();

  /** The best that this machine offers. */
  static ResidentMemory ofThisProcess() {
    var status = Path.of("/proc/self/status");
    return Files.isReadable(status) ? new ProcStatus(status) : new Committed();
  }

  /** Linux: the resident set, whoever in the process uses it. */
  record ProcStatus(Path status) implements ResidentMemory {
    @Override
    public long bytes() {
      try (var lines = Files.lines(status)) {
        return lines
            .filter(line -> line.startsWith("VmRSS:"))
            .map(line -> line.replaceAll("\\D", ""))
            .mapToLong(kib -> Long.parseLong(kib) * 1024)
            .findFirst()
            .orElse(0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String method() {
      return "largest growth of this process's resident set (VmRSS); other work in the process counts too";
    }
  }

  /** Elsewhere: what the process has reserved, which is more than it uses. */
  record Committed() implements ResidentMemory {
    @Override
    public long bytes() {
      return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
          .getCommittedVirtualMemorySize();
    }

    @Override
    public String method() {
      return "largest growth of this process's committed virtual memory: an upper bound, as this system has no /proc";
    }
  }
}
