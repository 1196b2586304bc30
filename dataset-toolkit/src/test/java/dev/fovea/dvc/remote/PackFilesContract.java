package dev.fovea.dvc.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.pack.PackFiles;
import dev.fovea.dvc.pack.PackFiles.PackFile;
import dev.fovea.kernel.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every place for packs does. */
abstract class PackFilesContract {
  private static final String FOLDER = "0123456789abcdef0123456789abcdef.dir";

  @TempDir Path files;

  /** One that has none. */
  protected abstract Remote remote() throws Exception;

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static PackFiles of(Remote remote) {
    return remote.packFiles().orElseThrow();
  }

  private static List<PackFile> all(PackFiles files) throws Exception {
    var all = new ArrayList<PackFile>();
    files.list(all::add);
    return all;
  }

  @Test
  void givesBackWhatWasPutAndParts() throws Exception {
    try (var remote = remote()) {
      var packs = of(remote);
      var bytes = random(7 << 20);
      var kept = Arrays.copyOf(bytes, 6 << 20);
      var digest = Digest.sha256(kept);
      var name = digest.hex() + ".pack";
      assertThat(packs.find(name)).isEmpty();
      assertThat(packs.open(name)).isEmpty();
      assertThat(packs.read(name, 0, 1)).isEmpty();

      packs.put(name, bytes, 6 << 20, digest);
      packs.put(name, bytes, 6 << 20, digest);

      assertThat(packs.find(name).orElseThrow().bytes()).isEqualTo(6 << 20);
      try (var in = packs.open(name).orElseThrow()) {
        assertThat(in.readAllBytes()).isEqualTo(kept);
      }
      assertThat(packs.read(name, 0, 10)).contains(Arrays.copyOf(kept, 10));
      assertThat(packs.read(name, 1_000_001, 3_000_000))
          .contains(Arrays.copyOfRange(kept, 1_000_001, 4_000_001));
      assertThat(packs.read(name, kept.length - 3, 10).orElseThrow()).hasSize(3);
      assertThat(packs.read(name, kept.length + 3, 10).orElseThrow()).isEmpty();
      assertThat(remote.loose().has(FOLDER)).isFalse();
    }
  }

  @Test
  void takesFilesAndListsAndRemoves() throws Exception {
    try (var remote = remote()) {
      var packs = of(remote);
      assertThat(all(packs)).isEmpty();
      var file = Files.write(files.resolve("file"), random(100_000));
      packs.put(FOLDER, file);
      var index = random(300);
      var name = "ab".repeat(32) + ".idx";
      packs.put(name, index, index.length, Digest.sha256(index));

      assertThat(all(packs).stream().map(PackFile::name)).containsExactlyInAnyOrder(FOLDER, name);
      assertThat(all(packs).stream().mapToLong(PackFile::bytes).sum()).isEqualTo(100_300);
      try (var in = packs.open(FOLDER).orElseThrow()) {
        assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(file));
      }
      packs.remove(List.of(FOLDER, "cd".repeat(32) + ".pack"));
      packs.remove(List.of(FOLDER));
      assertThat(all(packs).stream().map(PackFile::name)).containsExactly(name);
    }
  }

  @Test
  void takesNoOtherNames() throws Exception {
    try (var remote = remote()) {
      for (var name : List.of("", "../x", "a.pack", "AB".repeat(32) + ".idx", "x/../" + FOLDER)) {
        assertThatThrownBy(() -> of(remote).open(name))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> of(remote).remove(List.of(name)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
