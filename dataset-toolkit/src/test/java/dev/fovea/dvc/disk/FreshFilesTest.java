package dev.fovea.dvc.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.work.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands leave that are killed. */
class FreshFilesTest {
  @TempDir Path folder;

  private static Path aged(Path file, Duration age) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "half");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  @Test
  void stayForADay() throws IOException {
    var desk = Desk.in(folder);
    desk.write("d/1", "one");
    desk.add("d");
    desk.push();
    var other = desk.clone(folder.resolve("other"));
    var cache = other.root.resolve(".dvc/cache/fovea-unfinished");
    var work = other.root.resolve(".dvc/tmp/fovea");
    var old = Duration.ofHours(25);
    var young = Duration.ofHours(23);
    var oldOnes =
        new Path[] {
          aged(cache.resolve("0123"), old),
          aged(work.resolve("0123.out"), old),
          aged(work.resolve("stat0123.new"), old)
        };
    var kept =
        new Path[] {
          aged(cache.resolve("4567"), young),
          aged(work.resolve("4567.out"), young),
          aged(work.resolve("memory.stat"), old)
        };

    other.pull();

    assertThat(oldOnes).allSatisfy(file -> assertThat(file).doesNotExist());
    assertThat(kept).allSatisfy(file -> assertThat(file).exists());
  }
}
