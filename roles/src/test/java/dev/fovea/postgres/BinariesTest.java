package dev.fovea.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {
  @TempDir Path folder;

  private Path cache;

  @BeforeEach
  void name() {
    cache = folder.resolve("cache");
  }

  /** Unpacking takes seconds: one shows what becomes of both what is new and what was there. */
  @Test
  void areUnpackedOnceAndLinkedIntoEachHomeAndThrowAwayWhatWasHalfUnpackedByAKilledProcess()
      throws Exception {
    var killed = Files.createDirectories(cache.resolve("postgres/unfinished-binaries-1"));
    Files.setLastModifiedTime(killed, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    var living = Files.createDirectories(cache.resolve("postgres/unfinished-binaries-2"));

    var first = Binaries.linked(Files.createDirectory(folder.resolve("one")), cache);
    assertThat(killed).doesNotExist();
    assertThat(living).exists();
    var second = Binaries.linked(Files.createDirectory(folder.resolve("two")), cache);

    assertThat(first.folder()).isNotEqualTo(second.folder());
    assertThat(first.program("initdb")).isExecutable();
    assertThat(Files.isSameFile(first.program("initdb"), second.program("initdb"))).isTrue();
    assertThat(files(second.folder())).isEqualTo(files(first.folder())).hasSizeGreaterThan(500);
    assertThat(Programs.of(second).run(Duration.ofSeconds(10), "initdb", "--version").status())
        .isZero();
  }

  @Test
  void areUnpackedWhereNothingCanBeKept() throws Exception {
    Files.writeString(folder.resolve("cache"), "a file");
    var binaries = Binaries.linked(Files.createDirectory(folder.resolve("home")), cache);
    assertThat(binaries.program("initdb")).isExecutable();
  }

  /** Another user could have put it there, with programs of their own. */
  @Test
  void areNotTakenFromBehindALink() throws Exception {
    var name = "binaries-" + Archive.ofThisMachine().digest().abbreviated();
    var planted = Files.createDirectories(folder.resolve("theirs").resolve(name).resolve("bin"));
    Files.writeString(planted.resolve("initdb"), "#!/bin/sh");
    Files.createDirectory(folder.resolve("cache"));
    Files.createSymbolicLink(cache.resolve("postgres"), folder.resolve("theirs"));

    var binaries = Binaries.linked(Files.createDirectory(folder.resolve("home")), cache);
    assertThat(binaries.program("initdb")).isExecutable();
    assertThat(Files.size(binaries.program("initdb"))).isGreaterThan(10_000);
  }

  private static List<String> files(Path folder) throws Exception {
    try (var all = Files.walk(folder)) {
      return all.map(each -> folder.relativize(each).toString()).sorted().toList();
    }
  }
}
