package dev.fovea.cli;

import dev.fovea.kernel.Name;
import dev.fovea.lab.Lab;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The hardware lab. */
@Command(
    name = "device",
    description = "The hardware lab's devices and what they measured.",
    mixinStandardHelpOptions = true)
final class DeviceCommand {
  @Command(name = "list", description = "All devices.", mixinStandardHelpOptions = true)
  int list(@Mixin Connection server) {
    var devices = server.api(Lab.class).devices();
    var table = new Table("DEVICE", "KIND", "STATE", "HELD FOR", "SEEN");
    devices.forEach(
        d -> table.row(d.name(), d.kind(), d.state(), d.holder().orElse("-"), d.seen()));
    return server.print(devices, table);
  }

  @Command(
      name = "profiles",
      description = "A device's latest profiles.",
      mixinStandardHelpOptions = true)
  int profiles(@Mixin Connection server, @Parameters(paramLabel = "DEVICE") String device) {
    var profiles = server.api(Lab.class).profiles(Name.of(device));
    var table =
        new Table("PROFILE", "MODEL", "P50 MS", "P90 MS", "P99 MS", "SAMPLES", "MEMORY", "STEADY");
    profiles.forEach(p ->
        table.row(
            p.digest().abbreviated(),
            p.model().abbreviated(),
            "%.3f".formatted(p.latencies().p50().value()),
            "%.3f".formatted(p.latencies().p90().value()),
            "%.3f".formatted(p.latencies().p99().value()),
            p.samples(),
            p.memory(),
            p.steady() ? "yes" : "no"));
    return server.print(profiles, table);
  }
}
