package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Lineage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Where a thing came from, in sentences. */
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description =
        "Where a dataset version, run, model, release, rollout, frame or device came from, in sentences.")
final class WhyCommand implements Callable<Integer> {
  private static final int SHOWN = 6;

  @Mixin private Connection server = new Connection();

  @Parameters(
      paramLabel = "THING",
      arity = "1..2",
      description = "a digest, eight or more digits of one, or a name such as 'release 41'")
  private String[] thing = {};

  @Override
  public Integer call() {
    var meant = find(server, thing);
    var sentences = server.api(Lineage.class).why(server.project(), meant.digest());
    return server.print(sentences, () -> sentences.forEach(server.out()::println));
  }

  /** What some words mean; says to the person which of several it is. */
  static LineageNode find(Connection server, String... words) {
    var text = String.join(" ", words);
    var found = server.api(Lineage.class).find(server.project(), text);
    if (found.isEmpty()) {
      throw new NoSuchThing(
          "thing", text, "give a digest, eight or more of its digits, or a name that a page shows");
    }
    var meant = meant(found, text);
    var others =
        found.stream()
            .filter(node -> !node.equals(meant))
            .map(WhyCommand::shown)
            .limit(SHOWN)
            .toList();
    if (!others.isEmpty()) {
      server
          .err()
          .println(
              "of the %s; there are also: %s".formatted(shown(meant), String.join(", ", others)));
      server.err().flush();
    }
    return meant;
  }

  /**
   * Whoever is called just that comes before whoever is called something like it, the older station
   * before the newer.
   */
  static LineageNode meant(List<LineageNode> found, String text) {
    return found.stream()
        .min(
            Comparator.<LineageNode, Boolean>comparing(node -> !node.label().equalsIgnoreCase(text))
                .thenComparing(LineageNode::kind))
        .orElseThrow();
  }

  private static String shown(LineageNode node) {
    return "%s %s %s"
        .formatted(
            node.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            node.label(),
            node.digest().abbreviated());
  }
}
