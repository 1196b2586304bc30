package dev.fovea.dvc.clean;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.work.Desk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;

/** A working copy with two committed versions of a folder, and a third that was pushed alone. */
final class TwoVersions {
  static final PersonIdent ADA = new PersonIdent("Ada", "ada@example.org");
  static final Duration GRACE = Duration.ofDays(14);
  static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  final Desk desk;
  final Git git;
  private final Sending sending;

  /** Sends what a desk has to its remote. */
  interface Sending {
    void from(Desk desk) throws Exception;
  }

  /** All of it is a month old. */
  TwoVersions(Path folder, Sending sending) throws Exception {
    this.sending = sending;
    desk = Desk.in(folder);
    git = Git.init().setDirectory(desk.root.toFile()).setInitialBranch("main").call();
    desk.write("d/kept", "kept");
    desk.write("d/old", "only in the first version");
    commit("first");
    Files.delete(desk.root.resolve("d/old"));
    desk.write("d/new", "only in the second version");
    commit("second");
    // Pushed, and never committed.
    desk.write("d/stray", "stray");
    desk.add("d");
    sending.from(desk);
    git.checkout().addPath("d.dvc").call();
    age(Duration.ofDays(30));
  }

  void commit(String message) throws Exception {
    desk.add("d");
    sending.from(desk);
    git.add().addFilepattern("d.dvc").call();
    git.commit().setMessage(message).setAuthor(ADA).setCommitter(ADA).setSign(false).call();
  }

  /** Makes all that lies at the remote as old. */
  void age(Duration by) throws IOException {
    try (var files = Files.walk(desk.remoteFolder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(by)));
      }
    }
  }

  static String md5(String text) {
    return Md5.hex(text.getBytes(StandardCharsets.UTF_8));
  }
}
