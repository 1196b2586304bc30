"""A bucket, seen by nothing of Fovea's: S3's protocol with Signature Version 4, from Python's standard library.

Usage: S3_ACCESS_KEY=… S3_SECRET_KEY=… python3 s3.py make|keys|uploads|check ENDPOINT BUCKET
check downloads every object whose key ends in a digest and compares it; prints how many there are and how many bytes.
"""

import datetime
import hashlib
import hmac
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

KEY, SECRET, REGION = os.environ["S3_ACCESS_KEY"], os.environ["S3_SECRET_KEY"], "us-east-1"


def call(method, endpoint, path, query=()):
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    host = urllib.parse.urlsplit(endpoint).netloc
    quoted = urllib.parse.quote(path)
    ordered = "&".join(f"{urllib.parse.quote(k, '')}={urllib.parse.quote(v, '')}" for k, v in sorted(query))
    empty = hashlib.sha256(b"").hexdigest()
    canonical = f"{method}\n{quoted}\n{ordered}\nhost:{host}\nx-amz-content-sha256:{empty}\nx-amz-date:{stamp}\n\nhost;x-amz-content-sha256;x-amz-date\n{empty}"
    scope = f"{day}/{REGION}/s3/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("AWS4" + SECRET).encode()
    for part in (day, REGION, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    request = urllib.request.Request(endpoint + quoted + ("?" + ordered if ordered else ""), method=method, headers={
        "x-amz-date": stamp, "x-amz-content-sha256": empty,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def keys(endpoint, bucket):
    token = None
    while True:
        query = [("list-type", "2")] + ([("continuation-token", token)] if token else [])
        page = ElementTree.fromstring(call("GET", endpoint, f"/{bucket}", query))
        space = page.tag.split("}")[0] + "}" if "}" in page.tag else ""
        for item in page.iter(space + "Contents"):
            yield item.findtext(space + "Key"), int(item.findtext(space + "Size"))
        token = page.findtext(space + "NextContinuationToken")
        if not token:
            return


def main(command, endpoint, bucket):
    if command == "make":
        try:
            call("PUT", endpoint, f"/{bucket}")
        except urllib.error.HTTPError as e:
            if e.code != 409:
                raise
    elif command == "keys":
        for key, _ in keys(endpoint, bucket):
            print(key)
    elif command == "uploads":
        for found in re.findall(r"<UploadId>([^<]*)", call("GET", endpoint, f"/{bucket}", [("uploads", "")]).decode()):
            print(found)
    elif command == "check":
        count = total = 0
        for key, size in keys(endpoint, bucket):
            named = re.fullmatch(r".*sha256/([0-9a-f]{2})/([0-9a-f]{62})", key)
            if not named:
                sys.exit(f"{key}: not an object of Fovea")
            content = call("GET", endpoint, f"/{bucket}/{key}")
            if hashlib.sha256(content).hexdigest() != named[1] + named[2] or len(content) != size:
                sys.exit(f"{key}: {len(content)} bytes that are not what its name says")
            count, total = count + 1, total + size
        print(f"{count} objects, {total} bytes, each what its name says")


if __name__ == "__main__":
    main(*sys.argv[1:])
