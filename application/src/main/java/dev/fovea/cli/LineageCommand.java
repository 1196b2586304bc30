package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Lineage;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.rollouts.Rollouts.Arm;
import dev.fovea.rollouts.Rollouts.Serving;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The graph of everything. */
@Command(
    name = "lineage",
    description = "Where things came from and where they went; 'fovea why' says it in sentences.",
    mixinStandardHelpOptions = true)
final class LineageCommand {
  private static final String THING =
      "a digest, eight or more digits of one, or a name such as 'digits 1'";

  private static final String NOTHING = "no";

  /** The forms of an export. */
  enum Format {
    prov,
    openlineage
  }

  /** Which way to walk. */
  enum Direction {
    back,
    onward,
    both
  }

  /**
   * A rollout that holds a thing.
   *
   * @param state where it stands
   * @param serves what it does now: {@code stable}, {@code canary}, {@code shadow} or {@code no}
   * @param way from the thing to the rollout, a sentence an arrow
   */
  record Deployment(
      Digest rollout, Name model, int number, String state, String serves, List<String> way) {}

  @Command(
      name = "export",
      description = {
        "Writes what lies around a thing in a form that other tools read.",
        "prov is W3C PROV-JSON, openlineage is one OpenLineage run event a line. At most 20,000 arrows,"
            + " nearest first; where more are, the thing says so."
      },
      mixinStandardHelpOptions = true)
  int export(
      @Mixin Connection server,
      @Parameters(paramLabel = "THING", arity = "1..2", description = THING) String[] thing,
      @Option(
              names = "--format",
              required = true,
              paramLabel = "FORM",
              description = "${COMPLETION-CANDIDATES}")
          Format format,
      @Option(
              names = "--direction",
              paramLabel = "WAY",
              defaultValue = "both",
              description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
          Direction direction,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FILE",
              description = "a new file (default: standard output)")
          Optional<Path> file)
      throws IOException {
    var meant = WhyCommand.find(server, thing);
    var told =
        new LineageDownload(server.client(), server.project(), meant.digest())
            .write(format.name(), direction.name(), file, server.out());
    if (told.returning() > 0 || told.cut() > 0) {
      server
          .err()
          .printf(
              "%d arrows; left out and named: %d that lead back to something older, and what follows %d things%n",
              told.arrows(), told.returning(), told.cut());
      server.err().flush();
    }
    return ExitCode.OK;
  }

  @Command(
      name = "deployments",
      description = {
        "Which rollouts serve what came of a thing, such as a dataset version that has to be withdrawn,"
            + " and which of them have traffic now.",
        "What was only judged on it does not count."
      },
      mixinStandardHelpOptions = true)
  int deployments(
      @Mixin Connection server,
      @Parameters(paramLabel = "THING", arity = "1..2", description = THING) String[] thing) {
    var meant = WhyCommand.find(server, thing);
    var reach = server.api(Lineage.class).rollouts(server.project(), meant.digest());
    if (!reach.complete()) {
      throw new InvalidRequest(
          "%s led to more than 20,000 arrows, so not every rollout is known"
              .formatted(meant.label()),
          "ask for something that is nearer to the rollouts, such as a model version");
    }
    var found = deployments(server, reach.ways());
    return server.print(found, () -> server.out().println(text(meant, found)));
  }

  private static List<Deployment> deployments(Connection server, List<Lineage.Way> ways) {
    if (ways.isEmpty()) {
      return List.of();
    }
    var rollouts = server.api(Rollouts.class);
    var serving = new HashMap<Name, Optional<Serving>>();
    return deployments(
        ways,
        rollouts.rollouts(server.project()),
        model -> serving.computeIfAbsent(model, name -> rollouts.serving(server.project(), name)));
  }

  /**
   * What is known of the rollouts at the ends of ways.
   *
   * @param rollouts newest first
   * @param serving what serves a model now
   */
  static List<Deployment> deployments(
      List<Lineage.Way> ways, List<Rollout> rollouts, Function<Name, Optional<Serving>> serving) {
    return ways.stream()
        .flatMap(way ->
            rollouts.stream()
                .filter(rollout -> rollout.digest().equals(way.rollout().digest()))
                .map(rollout ->
                    new Deployment(
                        rollout.digest(),
                        rollout.model(),
                        rollout.number(),
                        rollout.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        isNewest(rollout, rollouts)
                            ? serves(rollout, serving.apply(rollout.model()))
                            : NOTHING,
                        way.arrows().stream().map(LineageCommand::sentence).toList())))
        .toList();
  }

  /** Whether no later attempt rolled the same out. */
  private static boolean isNewest(Rollout rollout, List<Rollout> rollouts) {
    return rollouts.stream()
        .filter(other ->
            other.model().equals(rollout.model())
                && other.number() == rollout.number()
                && other.variant().equals(rollout.variant()))
        .findFirst()
        .filter(rollout::equals)
        .isPresent();
  }

  private static String serves(Rollout rollout, Optional<Serving> serving) {
    return serving.stream()
        .flatMap(now -> Stream.concat(Stream.of(now.stable()), now.canary().stream()))
        .filter(arm -> arm.number() == rollout.number() && arm.variant().equals(rollout.variant()))
        .map(Arm::name)
        .findFirst()
        .orElse(NOTHING);
  }

  private static String sentence(LineageLinked arrow) {
    return "%s %s %s".formatted(arrow.to().label(), arrow.verb(), arrow.from().label());
  }

  private static String text(LineageNode meant, List<Deployment> found) {
    if (found.isEmpty()) {
      return "no rollout serves what came of " + meant.label();
    }
    var table = new Table("ROLLOUT", "MODEL", "VERSION", "STATE", "SERVES", "WAY");
    found.forEach(each ->
        table.row(
            each.rollout().abbreviated(),
            each.model(),
            each.number(),
            each.state(),
            each.serves(),
            String.join("; ", each.way())));
    return table.toString().stripTrailing();
  }
}
