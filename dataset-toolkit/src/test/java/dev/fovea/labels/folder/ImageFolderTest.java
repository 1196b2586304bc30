package dev.fovea.labels.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.files.MemoryFolder;
import java.io.FileNotFoundException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ImageFolderTest {
  @Test
  void readsClassesFromPlacesAndSkipsWhatIsNoImage() throws Exception {
    var folder =
        new MemoryFolder()
            .with("train/dog/a.JPEG", "")
            .with("train/cat/deep/b.png", "")
            .with("train/cat/notes.txt", "")
            .with("train/c.png", "")
            .with("README.md", "");
    var read = Dataset.read(new ImageFolder(folder), folder);
    assertThat(read.images())
        .extracting(
            LabelledImage::path,
            LabelledImage::split,
            image -> image.annotations().getFirst().label())
        .containsExactly(
            tuple("train/cat/deep/b.png", "train", "cat"),
            tuple("train/dog/a.JPEG", "train", "dog"));
    assertThat(read.classes().names()).containsExactly("cat", "dog");
  }

  @Test
  void copiesEveryByteToItsClass() throws Exception {
    var images = new MemoryFolder().with("images/a.jpg", new byte[] {1, -1, 0});
    var sink = new MemoryFolder();
    sample("images/a.jpg", "cat").write(new ImageFolder(images), sink);
    assertThat(sink.list("")).containsExactly("train/cat/images__a.jpg");
    assertThat(sink.open("train/cat/images__a.jpg").orElseThrow())
        .hasBinaryContent(new byte[] {1, -1, 0});
  }

  @Test
  void refusesAClassThatIsNoFolderAndAnImageThatIsMissingOrThere() throws Exception {
    var images = new MemoryFolder().with("a__b.jpg", "").with("a/b.jpg", "");
    assertThatThrownBy(
            () -> sample("a/b.jpg", "a/b").write(new ImageFolder(images), new MemoryFolder()))
        .hasMessage("class 'a/b' in split 'train' (expected: names of folders)");
    assertThatThrownBy(
            () -> sample("a/b.jpg", "..").write(new ImageFolder(images), new MemoryFolder()))
        .hasMessageContaining("leaves the dataset folder");
    assertThatThrownBy(
            () -> sample("c.jpg", "cat").write(new ImageFolder(images), new MemoryFolder()))
        .isInstanceOf(FileNotFoundException.class);
    var sink = new MemoryFolder();
    sample("a/b.jpg", "cat").write(new ImageFolder(images), sink);
    assertThatThrownBy(() -> sample("a__b.jpg", "cat").write(new ImageFolder(images), sink))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  private static Dataset sample(String path, String label) {
    return Dataset.of(
        Classes.named(List.of(label)),
        new LabelledImage(
            path,
            "train",
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            List.of(Annotation.of(label, new WholeImage()))));
  }
}
