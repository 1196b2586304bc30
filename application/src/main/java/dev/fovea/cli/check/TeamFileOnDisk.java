package dev.fovea.cli.check;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A team's {@code fovea.yaml} as it lies on disk.
 *
 * @param place the file
 */
record TeamFileOnDisk(Path place, String text) {
  private static final int MOST_BYTES = 1 << 20;

  /** The one that was named. */
  static TeamFileOnDisk read(Path place) throws IOException {
    if (!Files.isRegularFile(place)) {
      throw new NoSuchThing(
          "team file", place.toString(), "name it with --team-file, or write a fovea.yaml first");
    }
    if (Files.size(place) > MOST_BYTES) {
      throw new InvalidRequest(
          "%s: %d bytes (expected: at most %d)".formatted(place, Files.size(place), MOST_BYTES),
          "name the team's fovea.yaml");
    }
    try {
      var text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(place)));
      return new TeamFileOnDisk(place, text.toString());
    } catch (CharacterCodingException _) {
      throw new InvalidRequest(
          "%s is no UTF-8 text".formatted(place), "name the team's fovea.yaml");
    }
  }

  /** The nearest one in a folder or above it. */
  static TeamFileOnDisk above(Path folder) throws IOException {
    for (@Nullable Path each = folder.toAbsolutePath().normalize();
        each != null;
        each = each.getParent()) {
      if (Files.isRegularFile(each.resolve(TeamFile.PATH))) {
        return read(each.resolve(TeamFile.PATH));
      }
    }
    throw new NoSuchThing(
        "team file",
        TeamFile.PATH,
        "name it with --team-file; none lies in %s or above it".formatted(folder));
  }

  /** A path that the file names, on disk. */
  Path resolve(String path) {
    return place.toAbsolutePath().resolveSibling(path);
  }
}
