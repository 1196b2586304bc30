package dev.fovea.cli;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
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
      description = "One rollout and its evidence (full digest).",
      mixinStandardHelpOptions = true)
  int show(@Mixin Connection server, @Parameters(paramLabel = "ROLLOUT") String digest) {
    return tell(server, server.api(Rollouts.class).rollout(server.project(), Digest.parse(digest)));
  }

  /** Which rollout, and the evidence that the person saw. */
  static final class Seen {
    @Parameters(paramLabel = "ROLLOUT")
    private String rollout = "";

    @Option(
        names = "--evidence",
        required = true,
        paramLabel = "DIGEST",
        description = "as 'fovea rollout show' printed it")
    private String evidence = "";

    Digest rollout() {
      return Digest.parse(rollout);
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
            .approve(server.project(), seen.rollout(), seen.decision(comment)));
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
            .reject(server.project(), seen.rollout(), seen.decision(comment)));
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
            .rollBack(server.project(), seen.rollout(), seen.decision(comment)));
  }

  @Command(
      name = "again",
      description =
          "Brings an earlier release back: a new rollout of it, through every stage, once the one before has ended.",
      mixinStandardHelpOptions = true)
  int again(
      @Mixin Connection server,
      @Parameters(paramLabel = "ROLLOUT", description = "any rollout of the release (full digest)")
          String digest,
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
                Digest.parse(digest),
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
