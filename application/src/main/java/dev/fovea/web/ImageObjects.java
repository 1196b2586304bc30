package dev.fovea.web;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/**
 * Images by digest. Only what begins as a PNG or JPEG leaves, as that type and no other: an object
 * can hold anything.
 */
@Controller
class ImageObjects {
  private static final long MAX_BYTES = 16L << 20;
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
  private static final CacheControl FOREVER =
      CacheControl.maxAge(Duration.ofDays(365)).cachePrivate().immutable();
  private final ObjectStore objects;

  ImageObjects(ObjectStore objects) {
    this.objects = objects;
  }

  @GetMapping("/{project}/images/{digest}")
  ResponseEntity<byte[]> image(
      @PathVariable("project") Name project, @PathVariable("digest") String digest)
      throws IOException {
    var whole = ShortDigest.of("image", digest).whole();
    if (whole.isEmpty()) {
      return ResponseEntity.notFound().build();
    }
    return read(whole.get())
        .flatMap(bytes -> type(bytes).map(type -> answer(bytes, type)))
        .orElseGet(() -> ResponseEntity.notFound().build());
  }

  private Optional<byte[]> read(Digest digest) throws IOException {
    try {
      return objects.size(digest) > MAX_BYTES
          ? Optional.empty()
          : Optional.of(objects.bytes(digest, MAX_BYTES));
    } catch (NoSuchObject e) {
      return Optional.empty();
    }
  }

  private static ResponseEntity<byte[]> answer(byte[] bytes, MediaType type) {
    return ResponseEntity.ok()
        .contentType(type)
        .cacheControl(FOREVER)
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "default-src 'none'; sandbox")
        .body(bytes);
  }

  private static Optional<MediaType> type(byte[] bytes) {
    if (startsWith(bytes, PNG)) {
      return Optional.of(MediaType.IMAGE_PNG);
    }
    return startsWith(bytes, JPEG) ? Optional.of(MediaType.IMAGE_JPEG) : Optional.empty();
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }
}
