package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Agents;
import dev.fovea.lab.Lab;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
    var table = new Table("DEVICE", "KIND", "LABEL", "STATE", "HELD FOR", "SEEN", "KEY");
    devices.forEach(d ->
        table.row(
            d.name(),
            d.kind(),
            d.label().map(Name::text).orElse("-"),
            d.state(),
            d.holder().orElse("-"),
            d.seen(),
            d.key().map(Digest::abbreviated).orElse("-")));
    return server.print(devices, table);
  }

  @Command(
      name = "invite",
      description = {
        "Makes a code by which a device joins, once, within ten minutes.",
        "Run what it prints on the device."
      },
      mixinStandardHelpOptions = true)
  int invite(
      @Mixin Connection server,
      @Parameters(paramLabel = "NAME", description = "what the device will be called")
          String device,
      @Option(
              names = "--kind",
              defaultValue = "cpu",
              description = "cpu, gpu or jetson (default: ${DEFAULT-VALUE})")
          String kind,
      @Option(
              names = "--label",
              paramLabel = "LABEL",
              description =
                  "what it shares with its equals: a rule may name it instead of a device")
          @Nullable String label) {
    var invitation =
        server
            .api(Agents.class)
            .invite(
                new Agents.InviteRequest(
                    Name.of(device), kind, Optional.ofNullable(label).map(Name::of)));
    return server.print(
        invitation,
        () ->
            server
                .out()
                .println(
                    "fovea agent --server %s --code %s"
                        .formatted(server.client().address(), invitation.code())));
  }

  @Command(
      name = "remove",
      description = "Takes a device out of the lab; its key opens nothing any more.",
      mixinStandardHelpOptions = true)
  int remove(@Mixin Connection server, @Parameters(paramLabel = "NAME") String device) {
    server.api(Agents.class).remove(Name.of(device));
    server.err().println("removed " + device);
    return ExitCode.OK;
  }

  @Command(
      name = "statement",
      description = "What the device signed for a profile, as a DSSE envelope.",
      mixinStandardHelpOptions = true)
  int statement(@Mixin Connection server, @Parameters(paramLabel = "PROFILE") String profile) {
    var statement = server.api(Agents.class).statement(Digest.parse(profile));
    return server.print(statement, () -> server.out().println(server.client().json(statement)));
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
