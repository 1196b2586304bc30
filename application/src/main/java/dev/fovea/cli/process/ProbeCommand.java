package dev.fovea.cli.process;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.doctor.Check;
import dev.fovea.doctor.Installation;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.roles.ServiceRole;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether a running installation works: what {@code helm test} runs. */
@Command(
    name = "probe",
    mixinStandardHelpOptions = true,
    description = {
      "Asks every role of a running installation whether it is ready, whom it knows, and signs in.",
      "Needs an administrator's token; makes a token, uses it and revokes it. Fails where something does not work."
    })
public final class ProbeCommand implements Callable<Integer> {
  @Mixin private Connection server = new Connection();

  @Option(
      names = "--role",
      paramLabel = "ROLE=URL",
      description =
          "where a role answers, once for each that runs in a process of its own (default: all at --server)")
  private Map<String, URI> roles = Map.of();

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description = "the port of health, where it is another")
  private @Nullable Integer managementPort;

  @Override
  public Integer call() {
    var client = server.client();
    var checks =
        new Installation(
                addresses(client.address()),
                managementPort == null ? OptionalInt.empty() : OptionalInt.of(managementPort),
                client.token())
            .examine();
    server.print(checks, () -> server.out().print(Check.report(checks)));
    return checks.stream().anyMatch(check -> check.state() == Check.State.BAD)
        ? ExitCode.FAILED
        : ExitCode.OK;
  }

  private Map<ServiceRole, URI> addresses(URI everything) {
    var addresses = new EnumMap<ServiceRole, URI>(ServiceRole.class);
    if (roles.isEmpty()) {
      for (var role : ServiceRole.values()) {
        addresses.put(role, everything);
      }
    }
    roles.forEach((name, address) -> {
      if (address.getScheme() == null || address.getHost() == null) {
        throw new InvalidRequest(
            "--role %s=%s (expected: an address such as http://fovea-%s:4800)"
                .formatted(name, address, name),
            "correct it");
      }
      addresses.put(role(name), address);
    });
    return addresses;
  }

  private static ServiceRole role(String name) {
    for (var role : ServiceRole.values()) {
      if (role.id().equals(name)) {
        return role;
      }
    }
    throw new InvalidRequest(
        "--role %s (expected: datasets, registry, lab, pipelines, rollouts or web)".formatted(name),
        "correct the name");
  }
}
