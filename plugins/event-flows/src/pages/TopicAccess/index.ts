export { TopicAccessPage } from './TopicAccessPage';
