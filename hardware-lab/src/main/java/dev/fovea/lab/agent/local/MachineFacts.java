package dev.fovea.lab.agent.local;

import ai.onnxruntime.OrtEnvironment;
import com.sun.management.OperatingSystemMXBean;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What this machine says about itself, as far as it can be read. */
final class MachineFacts {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path GOVERNOR =
      Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");

  private MachineFacts() {}

  static Map<String, String> now() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    var cpu = cpuInfo();
    var facts = new TreeMap<String, String>();
    facts.put("processor", value(cpu, "model name").orElseGet(system::getArch));
    facts.put("architecture", system.getArch());
    facts.put("cores", Integer.toString(system.getAvailableProcessors()));
    facts.put("memory", new ByteSize(Math.max(0, system.getTotalMemorySize())).toString());
    facts.put("system", system.getName() + " " + system.getVersion());
    facts.put("jdk", Runtime.version().toString());
    facts.put("onnxruntime", OrtEnvironment.getEnvironment().getVersion());
    facts.put("load", String.format(Locale.ROOT, "%.2f", system.getSystemLoadAverage()));
    value(cpu, "flags")
        .ifPresent(flags -> facts.put("vnni", flags.contains("vnni") ? "yes" : "no"));
    governor().ifPresent(governor -> facts.put("governor", governor));
    return Map.copyOf(facts);
  }

  private static List<String> cpuInfo() {
    try {
      return Files.isReadable(CPU) ? Files.readAllLines(CPU) : List.of();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static Optional<String> value(List<String> cpuInfo, String key) {
    return cpuInfo.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  /** Virtual machines and containers often hide it. */
  private static Optional<String> governor() {
    try {
      return Files.isReadable(GOVERNOR)
          ? Optional.of(Text.excerpt(Files.readString(GOVERNOR).strip()))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
