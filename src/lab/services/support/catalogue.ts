/** What DescribeServices lists: service codes with their categories, a part of AWS's list that an incident needs. */
export interface SupportService {
  code: string;
  name: string;
  categories: { code: string; name: string }[];
}
const general = { code: 'general-guidance', name: 'General Guidance' };
const other = { code: 'other', name: 'Other' };
export const SERVICES: readonly SupportService[] = [
  {
    code: 'customer-account',
    name: 'Account',
    categories: [
      { code: 'security', name: 'Security' },
      { code: 'activation', name: 'Activation' },
      { code: 'signin-and-password', name: 'Sign-in and Password' },
      { code: 'other-account-issues', name: 'Other Account Issues' },
    ],
  },
  {
    code: 'billing',
    name: 'Billing',
    categories: [
      { code: 'dispute-charge', name: 'Dispute a Charge' },
      { code: 'other-billing-questions', name: 'Other Billing Questions' },
    ],
  },
  {
    code: 'amazon-elastic-compute-cloud-linux',
    name: 'Elastic Compute Cloud (EC2 - Linux)',
    categories: [{ code: 'instance-issue', name: 'Instance Issue' }, { code: 'security', name: 'Security' }, general, other],
  },
  { code: 'amazon-elastic-block-store', name: 'Elastic Block Store (EBS)', categories: [{ code: 'snapshots', name: 'Snapshots' }, general, other] },
  {
    code: 'aws-identity-and-access-management',
    name: 'Identity and Access Management (IAM)',
    categories: [{ code: 'credentials', name: 'Credentials' }, { code: 'policies', name: 'Policies' }, general, other],
  },
  { code: 'aws-cloudtrail', name: 'CloudTrail', categories: [general, other] },
  {
    code: 'distributed-denial-of-service',
    name: 'Distributed Denial of Service (DDoS)',
    categories: [{ code: 'inbound-to-aws', name: 'Inbound to AWS' }, other],
  },
];

export interface Severity {
  code: string;
  name: string;
}
/** Highest first where AWS lists them so; `critical` comes with Enterprise plans. */
export const SEVERITIES: readonly Severity[] = [
  { code: 'low', name: 'Low' },
  { code: 'normal', name: 'Normal' },
  { code: 'high', name: 'High' },
  { code: 'urgent', name: 'Urgent' },
  { code: 'critical', name: 'Critical' },
];
export const LANGUAGES = ['en', 'es', 'fr', 'ja', 'ko', 'pt', 'zh', 'tr'] as const;
