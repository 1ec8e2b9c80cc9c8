import { NotFoundErrorPage } from '@backstage/frontend-plugin-api';
import { ReactRouterV6PageRouter } from '@backstage/frontend-adapter-react-router-v6';
import { Route, Routes } from 'react-router-dom';
import { PluginRoot } from '../components/PluginRoot';
import {
  connectRouteRef,
  connectionRouteRef,
  topicAccessRouteRef,
} from '../routes';
import { ConnectPage } from './Connect';
import { ConnectionPage } from './Connection';
import { ConnectionsPage } from './QueueManager';
import { RequireAdministrator } from './RequireAdministrator';
import { TopicAccessPage } from './TopicAccess';

/** The Queue manager and the pages below it. */
export function QueueManagerPage() {
  return (
    <ReactRouterV6PageRouter>
      <PluginRoot>
        <RequireAdministrator>
          <Routes>
            <Route path="/" element={<ConnectionsPage />} />
            <Route path={connectRouteRef.path} element={<ConnectPage />} />
            <Route
              path={connectionRouteRef.path}
              element={<ConnectionPage />}
            />
            <Route
              path={topicAccessRouteRef.path}
              element={<TopicAccessPage />}
            />
            <Route path="*" element={<NotFoundErrorPage />} />
          </Routes>
        </RequireAdministrator>
      </PluginRoot>
    </ReactRouterV6PageRouter>
  );
}
