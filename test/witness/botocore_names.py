"""The lab's name of a service -> botocore's, where they differ."""

BOTOCORE = {
    "elasticloadbalancing": "elbv2",
    "elasticloadbalancing-classic": "elb",
    "elasticmapreduce": "emr",
    "monitoring": "cloudwatch",
    "ses": "sesv2",
    "sso": "sso-admin",
}
