package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.Table;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rollouts, and the decision on them. */
@Command(
    name = "rollout",
    description = "Rollouts: their evidence, and your decision.",
    mixinStandardHelpOptions = true)
final class RolloutCommand {
  private static final String NAMED =
      "a digest, or eight or more first digits of one that 'fovea rollout list' shows";
  private static final Pattern FIRST_DIGITS = Pattern.compile("[0-9a-f]{8,63}");

  @Command(name = "list", description = "The newest rollouts.", mixinStandardHelpOptions = true)
  int list(@Mixin Connection server) {
    var rollouts = server.api(Rollouts.class).rollouts(server.project());
    var table = new Table("ROLLOUT", "MODEL", "STATE", "WEIGHT", "REASON");
    rollouts.forEach(r ->
        table.row(
            r.digest().abbreviated(),
            r.model() + " " + r.number(),
            r.state(),
            r.weight() + " %",
            r.reason()));
    return server.print(rollouts, table);
  }

  @Command(
      name = "show",
      description = "One rollout and its evidence.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin Connection server,
      @Parameters(paramLabel = "ROLLOUT", description = NAMED) String rollout) {
    return tell(
        server, server.api(Rollouts.class).rollout(server.project(), meant(server, rollout)));
  }

  private static Digest meant(Connection server, String text) {
    return meant(
        text,
        () ->
            server.api(Rollouts.class).rollouts(server.project()).stream()
                .map(Rollout::digest)
                .toList());
  }

  /**
   * A rollout as a person writes it.
   *
   * @param newest asked for where only the first digits are given
   */
  static Digest meant(String text, Supplier<List<Digest>> newest) {
    if (!FIRST_DIGITS.matcher(text).matches()) {
      return Digest.parse(text);
    }
    var found = newest.get().stream().filter(digest -> digest.hex().startsWith(text)).toList();
    if (found.size() != 1) {
      throw new NoSuchThing(
          "rollout",
          text,
          found.isEmpty()
              ? "give one of those that 'fovea rollout list' shows, or the whole digest of an older one"
              : "give more digits: %d rollouts begin with these".formatted(found.size()));
    }
    return found.getFirst();
  }

  /** Which rollout, and the evidence that the person saw. */
  static final class Seen {
    @Parameters(paramLabel = "ROLLOUT", description = NAMED)
    private String rollout = "";

    @Option(
        names = "--evidence",
        required = true,
        paramLabel = "DIGEST",
        description = "as 'fovea rollout show' printed it")
    private String evidence = "";

    Digest rollout(Connection server) {
      return meant(server, rollout);
    }

    Rollouts.Decision decision(String comment) {
      return new Rollouts.Decision(Digest.parse(evidence), comment);
    }
  }

  @Command(
      name = "approve",
      description = "Agrees to what the evidence shows now; name the evidence that you saw.",
      mixinStandardHelpOptions = true)
  int approve(
      @Mixin Connection server,
      @Mixin Seen seen,
      @Option(names = "--comment", defaultValue = "", description = "for the audit log")
          String comment) {
    return tell(
        server,
        server
            .api(Rollouts.class)
            .approve(server.project(), seen.rollout(server), seen.decision(comment)));
  }

  @Command(
      name = "reject",
      description = "Says no: all traffic goes back to the stable.",
      mixinStandardHelpOptions = true)
  int reject(
      @Mixin Connection server,
      @Mixin Seen seen,
      @Option(names = "--comment", required = true, description = "why, for the audit log")
          String comment) {
    return tell(
        server,
        server
            .api(Rollouts.class)
            .reject(server.project(), seen.rollout(server), seen.decision(comment)));
  }

  @Command(
      name = "rollback",
      description =
          "Takes back one that bakes: all traffic goes to the version before it, which is still warm.",
      mixinStandardHelpOptions = true)
  int rollBack(
      @Mixin Connection server,
      @Mixin Seen seen,
      @Option(names = "--comment", required = true, description = "why, for the audit log")
          String comment) {
    return tell(
        server,
        server
            .api(Rollouts.class)
            .rollBack(server.project(), seen.rollout(server), seen.decision(comment)));
  }

  @Command(
      name = "again",
      description =
          "Brings an earlier release back: a new rollout of it, through every stage, once the one before has ended.",
      mixinStandardHelpOptions = true)
  int again(
      @Mixin Connection server,
      @Parameters(paramLabel = "ROLLOUT", description = "any of the release's: " + NAMED)
          String rollout,
      @Option(names = "--comment", required = true, description = "why, for the audit log")
          String comment,
      @Option(
              names = "--request",
              paramLabel = "UUID",
              description =
                  "of this request: sent twice, it starts one rollout (default: a new one)")
          @Nullable UUID request) {
    return tell(
        server,
        server
            .api(Rollouts.class)
            .again(
                server.project(),
                meant(server, rollout),
                new Rollouts.Again(
                    Objects.requireNonNullElseGet(request, UUID::randomUUID), comment)));
  }

  private static int tell(Connection server, Rollout rollout) {
    return server.print(rollout, () -> write(rollout, server.out()));
  }

  private static void write(Rollout rollout, PrintWriter out) {
    out.printf(
        "%s %d · rollout %s · %s at %d %%%n",
        rollout.model(), rollout.number(), rollout.digest(), rollout.state(), rollout.weight());
    var attempt = rollout.attempt();
    if (attempt.number() > 1) {
      out.printf(
          "attempt %d, asked for by %s: %s%n", attempt.number(), attempt.by(), attempt.why());
    }
    out.println(rollout.reason());
    out.println("evidence " + rollout.evidenceDigest());
    out.print(guards(rollout.evidence()));
    rollout
        .bake()
        .filter(bake -> bake.ends().isPresent())
        .ifPresent(bake -> {
          out.println("baking until " + bake.ends().get() + ", with what was seen since:");
          out.print(guards(bake.evidence()));
        });
    var copied = rollout.copied();
    if (copied.compared() + copied.dropped() > 0) {
      out.printf(
          "copies: %d of %d got another answer than the stable's, %d not sent%n",
          copied.disagreed(), copied.compared(), copied.dropped());
    }
    rollout.timeline().forEach(step -> out.println(step.at() + "  " + step.what()));
  }

  private static Table guards(List<Rollout.Measure> measures) {
    var table = new Table("GUARD", "BAD MEANS", "STABLE", "CANARY", "E-VALUE", "ROLLS BACK AT");
    measures.forEach(m ->
        table.row(
            m.name(),
            m.meaning(),
            m.stableBad() + " of " + m.stableTotal(),
            m.canaryBad() + " of " + m.canaryTotal(),
            "%.3g".formatted(m.evidence()),
            "%.3g".formatted(m.boundary())));
    return table;
  }
}
