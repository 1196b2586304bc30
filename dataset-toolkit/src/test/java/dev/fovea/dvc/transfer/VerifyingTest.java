package dev.fovea.dvc.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.transfer.Verifying.Fault;
import dev.fovea.dvc.transfer.Verifying.Hole;
import dev.fovea.dvc.work.Desk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holes in a remote, which a stock {@code dvc push} calls up to date. */
class VerifyingTest {
  @TempDir Path folder;

  @Test
  void findsAndNamesWhatIsMissingOrDamaged() throws IOException {
    var desk = Desk.in(folder);
    for (int i = 0; i < 30; i++) {
      desk.write("d/%d.txt".formatted(i), "file " + i);
    }
    var tracked = desk.add("d").tracked();
    desk.push();
    var verifying = new Verifying(desk.copy, desk.remote, Progress.NONE);
    assertThat(verifying.verify(tracked, true))
        .isEqualTo(new Verifying.Verified(31, java.util.List.of()));

    Files.delete(object(desk, "file 3"));
    var damaged = object(desk, "file 7");
    damaged.toFile().setWritable(true);
    Files.writeString(damaged, "file seven");

    assertThat(verifying.verify(tracked, false).holes())
        .containsExactly(new Hole("d/3.txt", md5("file 3"), Fault.MISSING));
    assertThat(verifying.verify(tracked, true).holes())
        .containsExactly(
            new Hole("d/3.txt", md5("file 3"), Fault.MISSING),
            new Hole("d/7.txt", md5("file 7"), Fault.DAMAGED));
  }

  @Test
  void needsNothingInTheCache() throws IOException {
    var desk = Desk.in(folder);
    desk.write("d/1", "one");
    desk.add("d");
    desk.push();
    var other = desk.clone(folder.resolve("other"));
    var tracked = other.copy.tracked(other.root.resolve("d"));
    var verifying = new Verifying(other.copy, other.remote, Progress.NONE);

    assertThat(verifying.verify(tracked, true).holes()).isEmpty();
    Files.delete(
        desk.remoteFolder
            .resolve("files/md5")
            .resolve(tracked.name().substring(0, 2))
            .resolve(tracked.name().substring(2)));
    var third = desk.clone(folder.resolve("third"));
    assertThat(
            new Verifying(third.copy, third.remote, Progress.NONE)
                .verify(third.copy.tracked(third.root.resolve("d")), false)
                .holes())
        .containsExactly(new Hole("d", tracked.name(), Fault.MISSING));
  }

  @Test
  void tellsOfADamagedFileThatTheCacheLacks() throws IOException {
    var desk = Desk.in(folder);
    desk.write("one", "one");
    desk.add("one");
    desk.push();
    var damaged = object(desk, "one");
    damaged.toFile().setWritable(true);
    Files.writeString(damaged, "two");
    var other = desk.clone(folder.resolve("other"));
    assertThat(
            new Verifying(other.copy, other.remote, Progress.NONE)
                .verify(other.copy.tracked(other.root.resolve("one")), true)
                .holes())
        .containsExactly(new Hole("one", md5("one"), Fault.DAMAGED));
  }

  private static Path object(Desk desk, String text) {
    var name = md5(text);
    return desk.remoteFolder
        .resolve("files/md5")
        .resolve(name.substring(0, 2))
        .resolve(name.substring(2));
  }

  private static String md5(String text) {
    return Md5.hex(text.getBytes(StandardCharsets.UTF_8));
  }
}
