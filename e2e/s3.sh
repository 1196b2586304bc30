# A bucket on an S3 by the AWS command line's protocol, without that program: a few lines of Python. Sourced by parts.
#   s3_bucket ENDPOINT NAME      makes it
#   s3_keys ENDPOINT NAME        prints its keys, one a line
#   s3_uploads ENDPOINT NAME     prints uploads in parts that were begun and not finished
s3_tool() { S3_ACCESS_KEY=$FOVEA_TEST_S3_ACCESS_KEY S3_SECRET_KEY=$FOVEA_TEST_S3_SECRET_KEY python3 e2e/s3.py "$@"; }
s3_bucket() { s3_tool make "$1" "$2"; }
s3_keys() { s3_tool keys "$1" "$2"; }
s3_uploads() { s3_tool uploads "$1" "$2"; }
