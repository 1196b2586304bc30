package dev.fovea.labels.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFolderTest {
  @TempDir Path temporary;
  private Path root;
  private DiskFolder folder;

  @BeforeEach
  void makeFolder() throws Exception {
    root = Files.createDirectory(temporary.resolve("dataset"));
    folder = new DiskFolder(root);
  }

  @Test
  void readsWhatItWroteAndListsItSorted() throws Exception {
    write("b/é.txt");
    write("b.txt");
    write("a.txt");
    assertThat(folder.list("")).containsExactly("a.txt", "b.txt", "b/é.txt");
    assertThat(folder.list("b")).containsExactly("b/é.txt");
    assertThat(folder.list("none")).isEmpty();
    try (var file = folder.open("b/é.txt").orElseThrow()) {
      assertThat(file).hasContent("x");
    }
    assertThat(folder.open("none")).isEmpty();
    assertThat(folder.has("b")).isFalse();
  }

  @Test
  void overwritesNothing() throws Exception {
    write("a.txt");
    assertThatThrownBy(() -> write("a.txt")).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void staysInsideTheFolder() throws Exception {
    Files.writeString(temporary.resolve("secret"), "secret");
    Files.createSymbolicLink(root.resolve("link"), temporary.resolve("secret"));
    Files.createSymbolicLink(root.resolve("folder"), temporary);
    assertThat(folder.list("")).isEmpty();
    assertThat(folder.open("link")).isEmpty();
    assertThat(folder.open("folder/secret")).isEmpty();
    assertThatThrownBy(() -> folder.open("../secret"))
        .isInstanceOf(IOException.class)
        .hasMessage("'../secret' leaves the dataset folder");
    assertThatThrownBy(() -> write("folder/x")).hasMessageContaining("lies behind a link");
    assertThatThrownBy(() -> write("/tmp/x")).hasMessageContaining("is absolute");
  }

  private void write(String path) throws IOException {
    try (var file = folder.create(path)) {
      file.write("x".getBytes(UTF_8));
    }
  }
}
