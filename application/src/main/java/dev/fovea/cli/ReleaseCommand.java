package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.Table;
import dev.fovea.cli.terminal.VerdictText;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Releases and their verdicts. */
@Command(
    name = "release",
    description = "Releases and their verdicts.",
    mixinStandardHelpOptions = true)
final class ReleaseCommand {
  private static final Pattern DIGITS = Pattern.compile("(?:sha256:)?[0-9a-f]{8,64}");

  /** A file, and how many bytes it has. */
  record Written(String file, long bytes) {}

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

  @Command(
      name = "report",
      description = {
        "Writes a release as one HTML file that needs nothing else: gates, classes, worst images,"
            + " curves, sizes, latencies and where all of it comes from.",
        "RELEASE is its digest, or eight or more digits of it."
      },
      mixinStandardHelpOptions = true)
  int report(
      @Mixin Connection server,
      @Parameters(paramLabel = "RELEASE") String digest,
      @Option(
              names = {"-o", "--output"},
              required = true,
              paramLabel = "FILE",
              description = "a new file")
          Path file,
      @Option(names = "--force", description = "replace the file where it is there") boolean force)
      throws IOException {
    if (!DIGITS.matcher(digest).matches()) {
      throw new InvalidRequest(
          "release '%s' (expected: its digest, or eight or more digits of it)"
              .formatted(Text.excerpt(digest)),
          "'fovea release list' shows those of the project");
    }
    long bytes = new ReportDownload(server.client(), server.project(), digest).write(file, force);
    return server.print(
        new Written(file.toString(), bytes),
        () -> server.out().printf("%s: %s%n", file, new ByteSize(bytes)));
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
