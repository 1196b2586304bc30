package dev.fovea.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;

/**
 * The engineer's clone. Its commits carry fixed times, so that a demo that is started again makes
 * the same ones.
 */
final class WorkingCopy {
  private static final Instant FIRST_COMMIT = Instant.parse("2026-11-22T09:00:00Z");
  private final Stage stage;
  private final Path folder;

  WorkingCopy(Stage stage) {
    this.stage = stage;
    this.folder = stage.folder().resolve("digits");
  }

  Path folder() {
    return folder;
  }

  /** Where the datasets lie. */
  Path data() {
    return folder.resolve("data");
  }

  /** What a push came to. */
  record Pushed(boolean accepted, String terminal) {}

  /** Commits everything but the dataset's own files and pushes it to main. */
  Pushed commitAndPush(String message, int minute) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(".gitignore"), "/data/digits\n");
    try (var git = open()) {
      git.add().addFilepattern(".").call();
      git.add().addFilepattern(".").setUpdate(true).call();
      if (!git.status().call().isClean()) {
        var who =
            new PersonIdent(
                "Ada", "ada@example.org", FIRST_COMMIT.plusSeconds(60L * minute), ZoneOffset.UTC);
        git.commit().setMessage(message).setAuthor(who).setCommitter(who).setSign(false).call();
      }
      return push(git);
    } catch (GitAPIException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Git open() throws GitAPIException, IOException {
    return Files.isDirectory(folder.resolve(".git"))
        ? Git.open(folder.toFile())
        : Git.init().setDirectory(folder.toFile()).setInitialBranch("main").call();
  }

  private Pushed push(Git git) throws GitAPIException {
    var accepted = true;
    var results =
        git.push()
            .setRemote(stage.address() + "/git/" + stage.project() + ".git")
            .add("refs/heads/main")
            .setCredentialsProvider(
                new UsernamePasswordCredentialsProvider("ada", stage.engineer().token().orElse("")))
            .call();
    var said = new StringBuilder();
    for (var result : results) {
      said.append(result.getMessages());
      for (var update : result.getRemoteUpdates()) {
        var status = update.getStatus();
        accepted &=
            status == RemoteRefUpdate.Status.OK || status == RemoteRefUpdate.Status.UP_TO_DATE;
      }
    }
    return new Pushed(accepted, said.toString().strip());
  }
}
