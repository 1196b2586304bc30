package dev.fovea.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Figures that were measured at a moment that does not come back, one a file. */
record Facts(Path folder) {
  Optional<Double> read(String name) throws IOException {
    var file = folder.resolve(name);
    return Files.exists(file)
        ? Optional.of(Double.valueOf(Files.readString(file).strip()))
        : Optional.empty();
  }

  void write(String name, double value) throws IOException {
    Files.createDirectories(folder);
    var temporary = folder.resolve(name + ".tmp");
    Files.writeString(temporary, value + "\n");
    Files.move(
        temporary,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
