package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.Table;
import dev.fovea.cli.terminal.VerdictText;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Releases and their verdicts. */
@Command(
    name = "release",
    description = "Releases and their verdicts.",
    mixinStandardHelpOptions = true)
final class ReleaseCommand {
  @Command(name = "list", description = "The newest releases.", mixinStandardHelpOptions = true)
  int list(@Mixin Connection server) {
    var releases = server.api(Releases.class).releases(server.project());
    var table = new Table("RELEASE", "MODEL", "STATE", "STARTED", "REASON");
    releases.forEach(r ->
        table.row(
            r.digest().abbreviated(),
            r.model() + " " + r.number(),
            r.state(),
            r.started(),
            r.reason()));
    return server.print(releases, table);
  }

  @Command(
      name = "show",
      description = "One release: its steps and every rule (full digest).",
      mixinStandardHelpOptions = true)
  int show(@Mixin Connection server, @Parameters(paramLabel = "RELEASE") String digest) {
    var release = server.api(Releases.class).release(server.project(), Digest.parse(digest));
    return server.print(release, () -> write(release, server.out()));
  }

  /** The release as a person reads it: what decided first. */
  static void write(Release release, PrintWriter out) {
    out.printf(
        "%s %d · release %s · %s%n",
        release.model(), release.number(), release.digest().abbreviated(), release.state());
    out.println(release.reason());
    release
        .verdict()
        .ifPresent(verdict ->
            out.print(
                VerdictText.rules(verdict)
                    + VerdictText.strengths(verdict)
                    + VerdictText.costs(verdict)
                    + VerdictText.front(verdict)));
    out.print(VerdictText.steps(release.steps()));
  }
}
