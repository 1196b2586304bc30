package dev.fovea.cli;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Lineage;
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
  @Mixin private Connection server = new Connection();

  @Parameters(
      paramLabel = "THING",
      arity = "1..2",
      description = "a digest, eight or more digits of one, or a name such as 'release 41'")
  private String[] thing = {};

  @Override
  public Integer call() {
    var lineage = server.api(Lineage.class);
    var project = server.project();
    var text = String.join(" ", thing);
    var found = lineage.find(project, text);
    if (found.isEmpty()) {
      throw new NoSuchThing(
          "thing", text, "give a digest, eight or more of its digits, or a name that a page shows");
    }
    if (found.size() > 1) {
      throw new InvalidRequest(
          "'%s' names %d things".formatted(text, found.size()),
          "take one of: "
              + String.join(
                  ", ",
                  found.stream()
                      .limit(8)
                      .map(n -> n.label() + " " + n.digest().abbreviated())
                      .toList()));
    }
    var sentences = lineage.why(project, found.getFirst().digest());
    return server.print(sentences, () -> sentences.forEach(server.out()::println));
  }
}
