package dev.fovea.registry.webhooks.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  private static final Reach PUBLIC_ALONE = new Reach(List.of());
  private static final Reach INSIDE =
      new Reach(List.of("hooks.corp", ".lan.corp", "10.1.0.0/16", "127.0.0.1", "fd12::/16"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com/hook",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://example.com/",
        "http://10.0.0.1/",
        "https://user@example.com/",
        "https://user:geheim@example.com/",
        "https://example.com/#fragment",
        "https://example.com./",
        "https://ex ample.com/",
        "https://example.com\\@127.0.0.1/",
        "https://bücher.example/",
        "https://①②⑦.⓪.⓪.①/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.01/",
        "https://256.0.0.1.1/",
        "https://a..example.com/",
        "https://example.com:99999/",
        "https://example.com/\r\nHost: other"
      })
  void refusesWhatHooksMayNotGoTo(String url) {
    assertThatThrownBy(() -> Target.parse(url, PUBLIC_ALONE))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("url: ")
        .hasMessageNotContaining("geheim");
  }

  @Test
  void takesHttpsAnywhereAndHttpWhereItIsNamed() {
    assertThat(Target.parse("https://Example.com:8443/a/b?c=d", PUBLIC_ALONE).host())
        .isEqualTo("example.com");
    for (var url :
        List.of(
            "http://hooks.corp/",
            "http://a.lan.corp:8080/x",
            "http://10.1.2.3/",
            "http://127.0.0.1:1/",
            "http://[fd12::1]/")) {
      assertThat(Target.parse(url, INSIDE)).as(url).isNotNull();
    }
    for (var url :
        List.of("http://10.2.2.3/", "http://lan.corp/", "http://xhooks.corp/", "http://[::1]/")) {
      assertThatThrownBy(() -> Target.parse(url, INSIDE))
          .as(url)
          .isInstanceOf(InvalidRequest.class);
    }
    assertThat(Target.parse("https://example.com/secret-path", PUBLIC_ALONE).toString())
        .doesNotContain("secret-path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "100.64.0.1", "169.254.169.254", "168.63.129.16", "192.0.0.1", "192.0.2.1",
        "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:1::", "fe80::1", "fc00::1", "fd00:ec2::254",
        "fec0::1", "ff02::1", "2001:db8::1", "3fff::1", "5f00::1", "100::1"
      })
  void goesToNoAddressThatIsNotPublic(String address) throws Exception {
    assertThat(PUBLIC_ALONE.permits("example.com", InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8.8.8.8", "172.15.0.1", "172.32.0.1", "11.0.0.1", "2606:4700:4700::1111"})
  void goesToPublicAddresses(String address) throws Exception {
    assertThat(PUBLIC_ALONE.permits("example.com", InetAddress.getByName(address))).isTrue();
  }

  @Test
  void goesInsideWhereItIsNamedAndNeverToCredentialsOfClouds() throws Exception {
    assertThat(INSIDE.permits("hooks.corp", InetAddress.getByName("192.168.7.7"))).isTrue();
    assertThat(INSIDE.permits("other.example", InetAddress.getByName("10.1.2.3"))).isTrue();
    assertThat(INSIDE.permits("other.example", InetAddress.getByName("10.2.0.1"))).isFalse();
    var everything = new Reach(List.of("hooks.corp", "0.0.0.0/0", "::/0"));
    for (var never :
        List.of(
            "169.254.169.254",
            "168.63.129.16",
            "fe80::1",
            "fd00:ec2::254",
            "0.0.0.0",
            "::",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::",
            "ff02::1",
            "224.0.0.1")) {
      assertThat(everything.permits("hooks.corp", InetAddress.getByName(never)))
          .as(never)
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "a b", "10.0.0.0/99", "http://x", "."})
  void refusesSettingsThatAreNoPlace(String entry) {
    assertThatThrownBy(() -> new Reach(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
