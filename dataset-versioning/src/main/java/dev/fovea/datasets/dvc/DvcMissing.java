package dev.fovea.datasets.dvc;

import static dev.fovea.dvc.remote.Remote.ASKED_TOGETHER;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.fovea.dvc.remote.HttpRemote;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem.Kind;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Which of many objects are not here, in one question: stock {@code dvc} asks for each, and so a
 * push of 1,000 new files to 100,000 old ones has 101,000 requests before its first byte. A {@code
 * HEAD} of an object tells by {@link HttpRemote#ANSWERS} that this may be asked.
 */
@RestController
class DvcMissing {
  private static final int LINE_BYTES = "7ac062d8a84466e70d9b899c0821a51c.dir\r\n".length();

  private final DvcObjects objects;

  DvcMissing(DvcObjects objects) {
    this.objects = objects;
  }

  /** A name a line in the question and in the answer, in the same order. */
  @PostMapping(
      path = "/dvc/{project}/" + HttpRemote.MISSING,
      consumes = MediaType.TEXT_PLAIN_VALUE,
      produces = MediaType.TEXT_PLAIN_VALUE)
  String missing(@PathVariable Name project, InputStream body) throws IOException {
    var missing = names(body);
    missing.removeAll(objects.find(project, missing).keySet());
    return missing.stream().map(name -> name + "\n").collect(Collectors.joining());
  }

  private static Set<String> names(InputStream body) throws IOException {
    var bytes = body.readNBytes(ASKED_TOGETHER * LINE_BYTES + 1);
    var names = new LinkedHashSet<String>();
    for (var line : (Iterable<String>) new String(bytes, US_ASCII).lines()::iterator) {
      if (names.size() == ASKED_TOGETHER || bytes.length > ASKED_TOGETHER * LINE_BYTES) {
        throw new DvcObjectRefused(
            Kind.TOO_LARGE,
            "a question for more than %,d objects".formatted(ASKED_TOGETHER),
            "ask for %,d at a time".formatted(ASKED_TOGETHER));
      }
      if (!DvcRemote.NAME.matcher(line).matches()) {
        throw new DvcObjectRefused(
            Kind.INVALID,
            "line %d is '%s' (expected: 32 hex digits, with .dir for a folder)"
                .formatted(names.size() + 1, Text.excerpt(line)),
            "send one object's name a line");
      }
      names.add(line);
    }
    return names;
  }
}
