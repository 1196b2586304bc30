package dev.fovea.dvc.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.remote.S3Listing.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of keys as AWS and MinIO write them, and as somebody hostile might. */
@Timeout(20)
class S3ListingTest {
  private static final String ITEM =
      "<Contents><Key>%s</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified>"
          + "<ETag>&quot;1&quot;</ETag><Size>7</Size><Owner><ID>x</ID><Key>no</Key></Owner>"
          + "<StorageClass>STANDARD</StorageClass></Contents>";

  private static S3Listing read(String body) throws IOException {
    return S3Listing.read(
        new ByteArrayInputStream(
            ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body)
                .getBytes(StandardCharsets.UTF_8)));
  }

  private static Item item(String key) {
    return new Item(key, 7, Instant.parse("2026-01-02T03:04:05.678Z"));
  }

  @Test
  void readsAPageAndWhatTheNextIsAskedForBy() throws Exception {
    var page =
        read(
            "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n  <Name>b</Name>"
                + "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
                + ITEM.formatted("a+b%2Bc/%E6%97%A5")
                + "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>"
                + ITEM.formatted("d")
                + "<NextContinuationToken>t&amp;1</NextContinuationToken></ListBucketResult>");
    assertThat(page.items()).containsExactly(item("a b+c/日"), item("d"));
    assertThat(page.next()).contains("t&1");
  }

  @Test
  void takesKeysAsTheyAreWhereTheStoreEscapesNone() throws Exception {
    var page = read("<ListBucketResult>" + ITEM.formatted("a+b%2Bc") + "</ListBucketResult>");
    assertThat(page.items()).containsExactly(item("a+b%2Bc"));
    assertThat(page.next()).isEqualTo(Optional.empty());
    assertThat(read("<ListBucketResult/>").items()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no XML",
        "<Error><Code>NoSuchBucket</Code></Error>",
        "<ListBucketResult><Contents><Key>a</Key>",
        "<ListBucketResult><Contents><Key>a</Key><Size>7</Size></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<!DOCTYPE x [<!ENTITY a \"aa\">]><ListBucketResult><Name>&a;</Name></ListBucketResult>",
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/hostname\">]><ListBucketResult>&a;</ListBucketResult>",
      })
  void refusesWhatIsNoPage(String body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("a page of keys");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<Size>9223372036854775808</Size><LastModified>2026-01-02T03:04:05Z</LastModified>",
        "<Size>7</Size><LastModified>yesterday</LastModified>",
      })
  void refusesNumbersAndMomentsThatAreNone(String properties) {
    var body =
        "<ListBucketResult><Contents><Key>a</Key>" + properties + "</Contents></ListBucketResult>";
    assertThatThrownBy(() -> read(body)).isInstanceOf(IOException.class);
  }

  @Test
  void readsNoMoreThanAPageMayHave() {
    var endless =
        new InputStream() {
          private long given;

          @Override
          public int read() {
            given++;
            return ' ';
          }
        };
    assertThatThrownBy(() -> S3Listing.read(endless))
        .hasMessage("a page of keys of more than 16777216 bytes (expected: at most so many)");
    assertThat(endless.given).isLessThan(17 << 20);
  }
}
